"""Every page opens whatever its link says: no value of any parameter may stop it."""

from collections import Counter

import pytest
from streamlit.testing.v1.element_tree import Block

from tests.pages.conftest import ROOT
from ui.server import reconnected

PARAMETERS = {
    "one_ball": ("photo", "dx", "dy", "y", "balls", "rate", "steps"),
    "three_balls": ("photo", "z", "label", "order", "baseballs", "seeds", "accuracy", "auc"),
    "unique_ball": ("photo", "z", "two", "label_soccer", "label_baseball", "moving", "w2_change"),
    "training": (
        "run",
        "loss",
        "rate",
        "batch",
        "l2",
        "optimiser",
        "init",
        "seed",
        "two",
        "none",
        "hidden",
        "activation",
        "own",
        "photo",
        "cell",
    ),
    "why_now": ("runs",),
    "hidden_layers": (
        *("photo", "run", "neuron", "sort", "layer", "paths", "later", "later_sort", "climb_layer"),
        *("climb_smooth", "climb_start", "climb_seed", "climb_neuron", "off", "off_layer", "off_says"),
        *("off_sort", "flow", "starts_bend"),
    ),
    "house_prices": ("house", "units", "bend", "start"),
    "propagation": ("photo", "step", "m", "example", "y"),
    "broadcasting": ("m", "k", "W", "X", "bias", "columns", "a", "b", "timed"),
    "your_photo": ("photo", "x", "y", "zoom"),
}
VALUES = ("", "nan", "-1", "1e999", "9" * 40, "<b>a</b>,٣,1e999")
PHOTOS = ("", "own", "64-99999999999999999999", "1e999", "9" * 40, "<b>a</b>,٣,1e999")


@pytest.mark.parametrize("page", PARAMETERS)
def test_no_link_stops_a_page(open_page, few_photos, page):
    for value, photo in zip(VALUES, PHOTOS, strict=True):
        link = dict.fromkeys(PARAMETERS[page], value)
        app = open_page(page, **link | ({"photo": photo} if "photo" in link else {}))
        assert app.title[0].value
        assert not any("<b>" in element.value for element in (*app.markdown, *app.info, *app.warning))


def test_no_two_pages_have_a_widget_of_the_same_key(open_page, few_photos, training_page):
    """Streamlit carries the value of such a one from page to page, where it is another thing."""
    keys = Counter()
    for page in (path.stem for path in (ROOT / "pages").glob("*.py")):
        app = training_page() if page == "training" else open_page(page)
        keys.update({part.key for part in app.main if not isinstance(part, Block) and hasattr(part, "key")})
    shared = {key for key, pages in keys.items() if key and pages > 1}
    assert shared == {reconnected.KEY}, "app.py's own"


NOT_TAKEN = {  # the parameters of controls, and what these need
    "one_ball": {
        "balls": "one of large, in the middle | small, anywhere",
        "rate": "one of 0.0001 | 0.0003 | 0.001 | 0.003 | 0.01",
        "steps": "one of 50 | 100 | 200 | 400 | 800",
    },
    "three_balls": {
        "baseballs": "one of 1 | 3 | 10 | 30 | 100 | 300 | 1000",
        "seeds": "one of 1 | 3 | 5 | 10",
        "accuracy": "true or false",
        "auc": "true or false",
    },
    "unique_ball": {"moving": "one of w₂ | w₃", "w2_change": "a number from −8 to 8"},
    "why_now": {"runs": "one of 1 | 2 | 3"},
    "house_prices": {
        "units": "one of 2 | 3 | 4 | 5 | 6 | 7 | 8",
        "bend": "one of sigmoid σ | tanh | ReLU",
        "start": "a whole number from 0 to 999",
    },
    "propagation": {"m": "one of 1 | 2 | 4 | 8 | 16"},
    "your_photo": {"from": "one of Files | The camera"},
}


@pytest.mark.parametrize("page", NOT_TAKEN)
def test_what_controls_of_the_link_do_not_have_is_said_once_in_one_toast(open_page, few_photos, page):
    """They stand at the usual value, and the link says no more of the other one."""
    needed = NOT_TAKEN[page]
    app = open_page(page, **dict.fromkeys(needed, "<b>q</b>"))
    (toast,) = app.toast
    first, *further = said = toast.value.replace("\N{NO-BREAK SPACE}| ", " | ").split("\n\n")
    assert first.startswith("The link’s **") and all(text.startswith("Its **") for text in further)
    begun = {f"**{name}** needs to be {words}." for name, words in needed.items()}
    assert {text[text.index("**") : text.index(" It stands at ")] for text in said} == begun
    assert len(said) == len(begun) and "<b>" not in toast.value
    assert not app.run().toast, "the control is no news any more"


@pytest.mark.parametrize("start", ["12.5", "1e2", "+5", "1_0", "٣", "5 "])
def test_a_seed_that_is_a_number_and_no_whole_one_is_said_too(open_page, start):
    app = open_page("house_prices", start=start)
    assert app.number_input(key="start").value == 0
    (said,) = app.toast
    assert said.value == "The link’s **start** needs to be a whole number from 0 to 999. It stands at 0."


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("one_ball", {"rate": "0.001", "balls": "small, anywhere"}),
        ("three_balls", {"accuracy": "False", "baseballs": "1000"}),
        ("unique_ball", {"w2_change": "-2.5", "moving": "w₃"}),
        ("house_prices", {"units": "3", "start": "12"}),
        ("your_photo", {"from": "Files"}),
    ],
)
def test_nothing_is_said_of_a_link_that_holds(open_page, few_photos, page, link):
    assert not open_page(page, **link).toast
