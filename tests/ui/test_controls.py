"""Choosing a photo: the order of the gallery, and links good and bad."""

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.balls import GALLERY_SEED, MIXED, ONE, labels, render
from ui.controls import EVERY_LABEL
from ui.shared import caption, gallery_order


def test_gallery_order_keeps_every_place_to_its_label():
    order = gallery_order(MIXED, EVERY_LABEL)
    assert len(order) >= 70 and len(order) % 7 == 0 and len(set(order)) == len(order)
    found = labels(GALLERY_SEED, list(order)).T.to(int).tolist()
    assert [tuple(y) for y in found] == list(EVERY_LABEL) * (len(order) // 7)


def test_a_label_that_stands_in_a_row_twice_shows_another_photo_each_time():
    row = ((1, 0, 0), (0, 1, 0), (1, 0, 0))
    order = gallery_order(ONE, row)
    assert len(set(order)) == len(order)
    found = labels(GALLERY_SEED, list(order), ONE)[0].tolist()
    assert found == [1, 0, 1] * (len(order) // 3)


def test_wish_that_never_comes_true():
    with pytest.raises(ValueError, match="label"):
        gallery_order(ONE, ((1, 1, 0),))


def test_caption():
    assert caption([1, 0, 1]) == "soccer ball + baseball"
    assert caption([0, 0, 0]) == "no ball"


def page() -> None:
    import streamlit as st

    from core.balls import ONE
    from ui.controls import choose_photo

    chosen = choose_photo("gallery", recipe=ONE, wanted=((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    st.session_state["chosen"] = chosen
    st.text(f"{chosen.name}: {chosen.caption}")


FIRST = gallery_order(ONE, ((1, 0, 0), (0, 1, 0), (0, 0, 1)))[0]


def open_page(**query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def test_first_photo_without_a_link():
    app = open_page()
    assert not app.exception and not app.info
    chosen = app.session_state["chosen"]
    assert (chosen.seed, chosen.index, chosen.own) == (GALLERY_SEED, FIRST, False)
    expected = render(GALLERY_SEED, [FIRST], ONE, device="cpu")
    np.testing.assert_array_equal(chosen.pixels, expected.pixels[0].numpy())
    torch.testing.assert_close(torch.tensor(chosen.Y), expected.Y[:, 0])


def test_another_row_begins_where_the_one_before_has_ended():
    order = gallery_order(ONE, ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    app = open_page(photo=f"{GALLERY_SEED}-{order[4]}")
    asked = []

    def gallery(key, tiles, chosen, label, more, choose):
        asked.append([tile["id"] for tile in tiles])
        choose()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.controls.gallery", gallery)
        patch.setattr("ui.controls.picked", lambda key: "more")
        patch.setattr("ui.controls.note_anew", lambda name, choice, _: asked.append(choice))
        app.run()
    assert asked == [[f"{GALLERY_SEED}-{index}" for index in order[3:6]], f"{GALLERY_SEED}-{order[6]}"]


def test_link_names_any_photo():
    app = open_page(photo="5-99")
    chosen = app.session_state["chosen"]
    assert chosen.name == "5-99" and not app.info
    np.testing.assert_array_equal(chosen.pixels, render(5, [99], ONE, device="cpu").pixels[0].numpy())


@pytest.mark.parametrize(
    "value", ["", "64", "x-1", "1-2-3", "-1-2", "1e3-1", "١-٢", "99999999999-1", "<b>1-1</b>"]
)
def test_malformed_link_falls_back(value):
    app = open_page(photo=value)
    assert not app.exception
    assert app.session_state["chosen"].name == f"{GALLERY_SEED}-{FIRST}"
    assert "names no photo" in app.info[0].value
    assert not value or value not in app.info[0].value.replace("64-3", "")


def test_own_photo():
    own = np.full((64, 64, 3), 7, dtype=np.uint8)
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["own_photo"] = own
    app.query_params["photo"] = "own"
    chosen = app.run().session_state["chosen"]
    assert chosen.own and chosen.Y is None and chosen.name.startswith("own-")
    np.testing.assert_array_equal(chosen.pixels, own)
    app.session_state["own_label"] = (0, 1, 0)
    assert app.run().session_state["chosen"].Y.tolist() == [0, 1, 0], "as it was sorted"
    app.session_state["own_photo"] = own + 1
    another = app.run().session_state["chosen"].name
    assert another.startswith("own-") and another != chosen.name, "a hand's state goes with the photo"


def test_own_photo_of_another_session():
    app = open_page(photo="own")
    assert app.session_state["chosen"].name == f"{GALLERY_SEED}-{FIRST}"
    assert "session that has ended" in app.info[0].value


def test_a_press_that_comes_after_the_page_was_left_changes_nothing(monkeypatch):
    """Streamlit has forgotten the component when it calls back: as here, where it is not mounted yet."""
    monkeypatch.setattr("ui.controls.gallery", lambda *given: given[-1]())
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert "photo" not in app.query_params


def two_controls() -> None:
    import streamlit as st

    from ui import links
    from ui.controls import choose_switch

    links.come_to("page")
    choose_switch("first", usual=False, key="first")
    if st.session_state.get("ended"):
        st.stop()  # as the next run does, which a hand has asked for
    choose_switch("second", usual=False, key="second")
    links.tell()


@pytest.mark.parametrize("pressed", [None, 0])
def test_back_undoes_a_choice_also_where_its_run_is_ended_by_the_next(monkeypatch, pressed):
    app = AppTest.from_function(two_controls, default_timeout=60).run()
    app.toggle[0].set_value(True).run()
    app.toggle[1].set_value(True).run()
    unheard = app._tree.get_widget_states()
    app.query_params.clear()
    app.session_state["ended"] = True
    with monkeypatch.context() as back:
        back.setattr("ui.links.came_back", lambda: True)
        app.run()
    assert not app.toggle[0].value
    app.session_state["ended"] = False
    if pressed is None:
        app._run(unheard)
    else:
        app.toggle[pressed].set_value(True).run()
    assert [switch.value for switch in app.toggle] == [pressed == 0, False]
    assert list(app.query_params) == ["first"] * (pressed == 0)


def one_choice() -> None:
    from ui import links
    from ui.controls import choose_one

    links.come_to("page")
    choose_one("number", (1, 2, 3), 1, "number")
    links.tell()


def test_a_choice_in_the_control_as_it_was_before_back_is_newer_than_back(monkeypatch):
    app = AppTest.from_function(one_choice, default_timeout=60).run()
    said = {}  # what the browser says when it has not heard of Back
    for chosen in (3, 2):
        app.segmented_control[0].set_value(chosen).run()
        said[chosen] = app._tree.get_widget_states()
    for pressed, stands in ((2, 1), (3, 3)):
        app.query_params.clear()
        with monkeypatch.context() as back:
            back.setattr("ui.links.came_back", lambda: True)
            app.run()
        assert app.segmented_control[0].value == 1
        app._run(said[pressed])
        assert app.segmented_control[0].value == stands
        assert app.query_params == ({"number": "3"} if stands == 3 else {})
    app.segmented_control[0].set_value(2).run()
    assert app.segmented_control[0].value == 2 and not app.exception
