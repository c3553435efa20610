"""With colours of the system's own every ground is the same: what Streamlit tells by grounds is seen, too."""

from io import BytesIO

import numpy as np
from PIL import Image


def assert_a_slider_has_a_track_and_a_thumb_where_colours_are_the_system_s(app):
    """By day and by night. The page is left by night."""
    for scheme in ("light", "dark"):
        app.page.emulate_media(forced_colors="active", color_scheme=scheme)
        try:
            app.idle()
            assert_a_slider_has_a_track_and_a_thumb(app, scheme)
        finally:
            app.page.emulate_media(forced_colors="none")


def assert_a_slider_has_a_track_and_a_thumb(app, scheme):
    slider = app.page.get_by_test_id("stSlider").first
    slider.scroll_into_view_if_needed()
    thumb = slider.get_by_test_id("stSliderThumbValue").locator("xpath=..").bounding_box()
    box = slider.bounding_box()
    seen = np.asarray(Image.open(BytesIO(slider.screenshot())).convert("RGB")).astype(int)
    row = seen[round(thumb["y"] + thumb["height"] / 2 - box["y"])]
    off_the_ground = np.abs(row - seen[-1, -1]).sum(axis=1) > 200
    assert off_the_ground.mean() > 0.95, f"the track, from end to end, {scheme}"
    left, top = (round(thumb[side] - box[side]) for side in "xy")
    middle = seen[top : top + round(thumb["height"]), left + round(thumb["width"] / 2)]
    assert (np.abs(middle - seen[-1, -1]).sum(axis=1) > 200).all(), f"the thumb, above to below, {scheme}"
