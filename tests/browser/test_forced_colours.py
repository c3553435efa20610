"""With colours of the system's own every ground is the same: what Streamlit tells by grounds is seen, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
import pytest
from PIL import Image


@contextmanager
def forced(app, dark: bool) -> Iterator[None]:
    app.page.emulate_media(forced_colors="active", color_scheme="dark" if dark else "light")
    try:
        app.idle()
        yield
    finally:
        app.page.emulate_media(forced_colors="none")


@pytest.mark.parametrize("dark", [False, True])
def test_a_slider_has_a_track_and_a_thumb(app, dark):
    app.open("unique_ball")
    with forced(app, dark):
        slider = app.page.get_by_test_id("stSlider").first
        slider.scroll_into_view_if_needed()
        thumb = slider.get_by_test_id("stSliderThumbValue").locator("xpath=..").bounding_box()
        box = slider.bounding_box()
        seen = np.asarray(Image.open(BytesIO(slider.screenshot())).convert("RGB")).astype(int)
    row = seen[round(thumb["y"] + thumb["height"] / 2 - box["y"])]
    off_the_ground = np.abs(row - seen[-1, -1]).sum(axis=1) > 200
    assert off_the_ground.mean() > 0.95, "the track, from end to end"
    left, top = (round(thumb[side] - box[side]) for side in "xy")
    middle = seen[top : top + round(thumb["height"]), left + round(thumb["width"] / 2)]
    assert (np.abs(middle - seen[-1, -1]).sum(axis=1) > 200).all(), "the thumb, from above to below"
