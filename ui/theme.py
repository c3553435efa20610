"""Colours and names that mean the same thing on every page.

The palette of the window itself (paper, ink, accent, fonts) is in .streamlit/config.toml; this module holds
what Python code draws with. It imports neither torch nor core, so that the first page appears at once.
"""

# Order of the classes everywhere: neuron 1, 2, 3. The colours are told apart by colour-blind people too.
BALL_COLOURS: dict[str, str] = {"soccer": "#0072B2", "basketball": "#E69F00", "baseball": "#CC79A7"}
BALL_NAMES: dict[str, str] = {"soccer": "soccer ball", "basketball": "basketball", "baseball": "baseball"}

# Below zero violet, zero paper, above zero green: the ends and the middle of every signed scale.
NEGATIVE = "#4B2A84"
NEUTRAL = "#F1F0ED"
POSITIVE = "#00573F"
DIVERGING: tuple[str, ...] = (
    NEGATIVE, "#694D9E", "#896EB7", "#AB95CD", "#CDC2DE",
    NEUTRAL,
    "#B9D7C5", "#7FBD9E", "#4E9D7B", "#2C795C", POSITIVE,
)  # fmt: skip
# The same for cells of numbers on the dark page, where on paper's white nothing would be the brightest: their
# zero is the ground of what stands there, as it is by day. Pictures stay as they are, on paper.
DIVERGING_BY_NIGHT: tuple[str, ...] = (
    "#D1B7FB", "#B091DF", "#8F70BB", "#6B558C", "#493C5C",
    "#222830",
    "#2D4B3C", "#366F54", "#47936F", "#61B78E", "#8ADAB1",
)  # fmt: skip
CELLS: dict[str, tuple[str, ...]] = {"day": DIVERGING, "night": DIVERGING_BY_NIGHT}
FAINT = "#808791"  # a line that stands for no ball: three times as dark, or as light, as either paper
