"""Every page opens whatever its link says: no value of any parameter may stop it."""

from collections import Counter

import pytest
from streamlit.testing.v1.element_tree import Block

from tests.pages.conftest import ROOT
from ui import reconnected

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
        *("flow", "starts_bend"),
    ),
    "house_prices": ("house", "units", "bend", "start"),
    "propagation": ("photo", "step", "m", "example", "y"),
    "broadcasting": ("m", "k", "W", "X", "bias", "columns", "a", "b", "timed"),
    "your_photo": ("photo", "x", "y", "zoom"),
}
VALUES = ("", "nan", "-1", "1e999", "-inf", "9" * 40, "own", "64-99999999999999999999", "<b>a</b>,٣,1e999")


@pytest.mark.parametrize("page", PARAMETERS)
def test_no_link_stops_a_page(open_page, few_photos, page):
    for value in VALUES:
        app = open_page(page, **dict.fromkeys(PARAMETERS[page], value))
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
