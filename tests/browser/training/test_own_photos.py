"""Own photos from the page Your photos into a live run: they are learned from while the figure moves."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from core.balls import ONE, dataset
from core.own_photos.own_photo import OwnPhoto
from core.own_photos.photo_set import PhotoSet
from core.own_photos.photo_zip import to_zip
from core.photos import Photo


@pytest.fixture(scope="module")
def inverted_zip(tmp_path_factory):
    """Thirty photos such as the shipped network has never seen, sorted."""
    drawn = dataset(5, 30, ONE, device="cpu")
    photos = (
        OwnPhoto(f"{i}.png", Photo(np.array(255 - pixels), "PNG", (64, 64)), tuple(map(int, y)))
        for i, (pixels, y) in enumerate(zip(drawn.pixels.numpy(), drawn.Y.T.tolist(), strict=True))
    )
    path = tmp_path_factory.mktemp("own") / "own.zip"
    path.write_bytes(to_zip(PhotoSet().add(*photos)))
    return path


def test_the_shipped_network_learns_from_thirty_photos_while_one_watches(app, inverted_zip):
    app.open("your_photo")
    page = app.page
    page.set_input_files("input[type=file] >> nth=0", inverted_zip)
    app.idle()
    page.get_by_role("link", name="Live training").first.click()
    page.wait_for_selector("h3:has-text('Your photos')")
    page.wait_for_selector("[data-pictures]", timeout=120_000)
    app.idle()
    page.get_by_text("network’s", exact=True).first.click()
    page.wait_for_function("location.search.includes('init=network')")
    app.idle()
    figure = page.locator(".before-after")
    right = re.compile("right before")  # a part that runs by itself: it may need its next turn to show it
    expect(figure).to_have_attribute("aria-label", right, timeout=30_000)
    row = page.locator(".before-after .row").filter(has_text="all with one ball").element_handle()
    dot = "row => parseFloat(row.querySelector('.now .dot').style.left)"
    before = row.evaluate(dot)
    page.get_by_label("Pace of play").select_option("full")
    page.locator(".live-training .play").click()
    page.wait_for_function(
        f"row => ({dot})(row) > {before} + 10", arg=row, timeout=60_000
    )  # in place: the row is the same element
    page.locator(".live-training .play").click()
    page.wait_for_selector("text=before, at step 0")
    app.idle()
    assert page.get_by_text("are now. So few leave the share uncertain").is_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        assert app.overflow() == 0
