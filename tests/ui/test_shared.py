"""What sessions share: photos as core renders them, read-only; a page without its weights says so."""

import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import weights
from core.balls import MIXED, ONE, labels, render
from ui import shared
from ui.shared import photos


def test_photos_are_shared_read_only_and_exact():
    row = photos(5, (4, 2), ONE)
    assert photos(5, (4, 2), ONE) is row
    expected = render(5, [4, 2], ONE, device="cpu")
    np.testing.assert_array_equal(row.pixels, expected.pixels.numpy())
    np.testing.assert_array_equal(row.Y, expected.Y.numpy())
    with pytest.raises(ValueError, match="read-only"):
        row.pixels[0] = 0
    sent = Image.open(io.BytesIO(row.pngs[1]))
    np.testing.assert_array_equal(np.asarray(sent), row.pixels[1])


def test_a_row_of_the_gallery_shows_each_label_in_its_place_and_no_empty_square():
    row = ((1, 0, 0), (0, 0, 0), (0, 0, 0))
    order = shared.gallery_order(MIXED, row)
    assert len(set(order)) == len(order) and len(order) % len(row) == 0
    found = labels(shared.GALLERY_SEED, order[:12], MIXED).T.int().tolist()
    assert [tuple(y) for y in found] == 4 * list(row)
    none = [i for i, y in zip(order[:12], found, strict=True) if not any(y)]
    shown = shared.photos(shared.GALLERY_SEED, tuple(none), MIXED).pixels
    assert (shown.std(axis=(1, 2, 3)) > shared.BLANK).all()
    with pytest.raises(ValueError, match=r"no photo of this recipe has the label \(1, 1, 0\)"):
        shared.gallery_order(ONE, ((1, 1, 0),))


@pytest.mark.parametrize(
    ("label", "said"),
    [((0, 0, 0), "no ball"), ((0, 1, 0), "basketball"), ((1, 0, 1), "soccer ball + baseball")],
)
def test_a_label_in_words(label, said):
    assert shared.caption(label) == said


def page_without_weights() -> None:
    import streamlit as st

    from ui import shared

    shared.model("goal1")
    st.text("never")


def test_a_page_without_its_weights_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    shared._model.clear()
    app = AppTest.from_function(page_without_weights, default_timeout=60).run()
    assert not app.exception and not app.text
    assert "goal1.safetensors" in app.error[0].value and "python -m core train" in app.error[0].value
