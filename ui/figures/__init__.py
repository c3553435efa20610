"""Pure Plotly builders, one module a concept: numbers in, a figure and its alternative text out.

loss_terms      Goal 2: L as a bar of three parts
two_heads       Goal 3: two heads on one photo; denominator: ∂L/∂z_1 while another row of W moves
house_errors    House prices: the error of each model

Words, numbers, hairlines and outlines get their colours from assets/page.css, which follows the theme of the
page also when it changes; what a figure colours itself can be read in both themes.
"""

LETTERS = 12  # pixels of a figure's usual letters on a desk


def sized(text: str, pixels: float) -> str:
    """`text` in letters of so many pixels on a desk; in a lecture hall as much larger as all others are.

    Streamlit gives the usual letters a size that follows the page's. A size of a figure's own would not.
    """
    return f'<span style="font-size:{pixels / LETTERS:.3f}em">{text}</span>'
