"""The map of the lecture, as it is seen."""

import pytest


@pytest.mark.parametrize(
    ("width", "height"), [(1920, 1080), (1280, 900), (1024, 768), (820, 1180), (390, 844)]
)
def test_the_arrow_begins_at_the_photo_and_leads_to_x(app, width, height):
    app.open("", width=width, height=height)
    photo, arrow, own, cells = (
        app.page.locator(f".flow {part}").evaluate("e => e.getBoundingClientRect()")
        for part in (".start img", ".arrow", ".own", ".cells")
    )
    if width > 900:  # the flow runs to the right
        inside = 0.15 * photo["height"]
        assert photo["top"] + inside < arrow["top"] < photo["bottom"] - inside, "beside the photo"
        assert 0 <= arrow["left"] - photo["right"] < 40 and arrow["right"] < cells["left"]
        assert cells["top"] < arrow["top"] < cells["bottom"]
        assert own["top"] > photo["bottom"] and own["right"] < cells["left"]
    else:
        assert photo["bottom"] < arrow["top"] and arrow["bottom"] < cells["top"] < own["top"]
    assert app.overflow() == 0
