"""What is sent for the tables: the chosen cell from a click or the link, and each photo once."""

import json
import math

import pytest
from streamlit.testing.v1 import AppTest


def page():
    import numpy as np
    import torch

    from core.confusion import confusion_matrix
    from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY
    from ui.live_training import confusion
    from ui.live_training.mistakes import Mistakes

    dice = torch.Generator().manual_seed(0)
    Y = torch.randint(0, 2, (3, 120), generator=dice).float()
    Z = torch.randn(3, 120, generator=dice)
    photos = np.random.default_rng(0).integers(0, 256, (120, 64, 64, 3), dtype=np.uint8)
    found = Mistakes(
        1.0, (confusion_matrix(Z, Y, BINARY_CROSS_ENTROPY), confusion_matrix(Z, Y, SOFTMAX_CROSS_ENTROPY))
    )
    confusion.show(found, photos, Y.numpy(), key="tables")
    confusion.by_number(found, key="numbers")


def run(link=None, picked=None):
    app = AppTest.from_function(page, default_timeout=60)
    if link is not None:
        app.query_params["cell"] = link
    if picked is not None:
        app.session_state["tables"] = {"cell": picked}
    return app.run()


def sent(app):
    """The header that the tables' component got."""
    assert not app.exception
    data = app.main.children[0].proto.bytes
    length = int.from_bytes(data[:4], "little")
    return json.loads(data[4 : 4 + length])


def test_nothing_is_chosen_at_first():
    header = sent(run())
    assert (header["chosen"], header["cell"], header["sent"]) == ("", None, [])
    assert [sum(lane["counts"]) for lane in header["lanes"]] == [120, 120]


def test_a_link_opens_its_cell():
    header = sent(run("A-many-none"))
    cell = header["cell"]
    assert header["chosen"] == cell["id"] == "A-many-none"
    assert 0 < len(cell["photos"]) <= 24
    assert header["sent"] == [photo["key"] for photo in cell["photos"]]
    assert header["arrays"]["pixels"][2] == len(cell["photos"]) * 64 * 64 * 3
    losses = [float(photo["L"]) for photo in cell["photos"]]
    assert losses == sorted(losses, reverse=True)
    for photo in cell["photos"]:
        assert sum(photo["y"]) >= 2 and max(photo["y_hat"]) <= 0.5
        terms = [-math.log(p if y else 1 - p) for p, y in zip(photo["y_hat"], photo["y"], strict=True)]
        assert float(photo["L"]) == pytest.approx(sum(terms), abs=0.006), "of its own outputs"
        assert sum(float(term) for term in photo["terms"]) == pytest.approx(float(photo["L"]), abs=1e-9)
    assert cell["formula"].startswith("L = −Σ [y log ŷ + (1−y) log(1−ŷ)],")
    assert sent(run("B-soccer-soccer"))["cell"]["formula"].startswith("L = −Σ y log ŷ:")


@pytest.mark.parametrize(
    "link", ["", "A", "C-many-none", "A-football-none", "A-none-", "A-none-none-none", "–", "A-Many-none"]
)
def test_a_link_to_no_cell_opens_none(link):
    app = run(link)
    assert sent(app)["chosen"] == ""
    assert "names no cell" in app.info[0].value


def test_a_click_is_stronger_than_the_link_and_changes_it():
    app = run("A-many-none", {"id": "B-none-soccer", "view": "7"})
    assert sent(app)["chosen"] == "B-none-soccer"
    assert app.query_params["cell"] == "B-none-soccer"
    closed = run("A-many-none", {"id": "", "view": "7"})
    assert sent(closed)["chosen"] == ""
    assert "cell" not in closed.query_params


@pytest.mark.parametrize("picked", [{}, {"id": None}, {"id": 3, "view": [1]}, {"id": "A-x-y", "view": "7"}])
def test_broken_choices_open_nothing(picked):
    assert sent(run(None, picked))["chosen"] == ""


@pytest.mark.parametrize(
    "told", [None, True, 3, [], {}, "x" * 1_000_000, "\ud800"], ids=lambda told: repr(told)[:9]
)
def test_what_no_table_sends_closes_no_cell_and_is_not_sent_back(told):
    header = sent(run("A-many-none", {"id": told, "view": told}))
    assert (header["chosen"], header["view"]) == ("A-many-none", None)
    assert sent(run(None, {"id": "A-many-none", "view": told}))["view"] is None


def test_a_view_gets_each_photo_once_and_a_new_view_all_again():
    app = run(None, {"id": "A-many-many", "view": "7"})
    first = sent(app)
    assert first["view"] == "7" and len(first["sent"]) == len(first["cell"]["photos"]) > 0
    app.session_state["tables"] = {"cell": {"id": "A-many-many", "view": "7"}}
    again = sent(app.run())
    assert again["cell"] == first["cell"]
    assert again["sent"] == [] and again["arrays"]["pixels"][2] == 0
    app.session_state["tables"] = {"cell": {"id": "A-many-many", "view": "8"}}
    assert sent(app.run())["sent"] == first["sent"]


def test_softmax_cannot_say_two():
    cell = sent(run("B-many-many"))["cell"]
    assert cell["photos"] == [] and "add up to 1" in cell["empty"]
