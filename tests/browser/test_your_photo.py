"""One of your photos in a real browser: uploads, broken files, the frame under the hand, other pages."""

import base64
import re
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.balls import GALLERY_SEED, ONE, render
from core.closer_look import SIDES, closest, combined, each_look, views
from core.own_photos.own_photo import read_own
from core.patch_training import ANY_NUMBER
from core.photos import Photo
from core.weights import load_model
from tests.browser.own_photos import drop, file
from tests.core.photo_corpus import encode, picture
from ui.components import script, style

# Of each picture its squares: left, top, width and height in shares, and how far inside it their edges end.
SQUARES = """all => all.map((framed) => {
  const picture = framed.querySelector("canvas").getBoundingClientRect()
  return [...framed.querySelectorAll(".box")].map((box) => {
    const { left, top, right, bottom, width, height } = box.getBoundingClientRect()
    const { outlineWidth, outlineOffset } = getComputedStyle(box)
    const around = Math.max(0, parseFloat(outlineWidth) + parseFloat(outlineOffset))
    return {
      at: [(left - picture.left) / picture.width, (top - picture.top) / picture.height,
        width / picture.width, height / picture.height],
      inside: [left - picture.left, top - picture.top, picture.right - right, picture.bottom - bottom].map(
        (gap) => gap - around),
    }
  })
})"""
# It may stand there for half a second: looked for in each frame, not twice a second as a locator is.
READING = "document.body.innerText.includes('Reading photo')"
ANSWERS = ["Goal 1", "Goal 2", "Goal 3", "The network on patches"]


@pytest.fixture(scope="module")
def ball() -> Image.Image:
    """A rendered photo as a phone would have taken it."""
    return Image.fromarray(render(GALLERY_SEED, [3], device="cpu").pixels[0].numpy()).resize((1600, 1200))


def answers(app) -> list[str]:
    return app.page.locator("article .says").all_inner_texts()


def frame(app) -> dict[str, float]:
    """The frame's box, in percent of the photo."""
    box = "f => Object.fromEntries(['left', 'top', 'width'].map(side => [side, parseFloat(f.style[side])]))"
    return app.page.locator(".frame").evaluate(box)


def test_a_jpeg_and_a_broken_file(app, ball):
    app.open("your_photo", width=1270)  # as on a screen of 1280 with a scroll bar
    first = answers(app)
    assert all(text.startswith(name) for text, name in zip(first, ANSWERS, strict=True))
    cards = app.page.locator("article").all()
    tops = [card.bounding_box()["y"] for card in cards]
    assert tops[0] == tops[1] < tops[2] == tops[3], "two side by side"
    for card in cards:  # the photo is in sight, as large as what the model saw in it
        photo, seen = (card.locator(f"canvas.{name}").first for name in ("photo", "evidence"))
        assert photo.bounding_box()["width"] == pytest.approx(seen.bounding_box()["width"])
        label = str(photo.get_attribute("aria-label"))
        assert label.partition(";")[0] == "The photo: a rendered soccer ball and baseball"
    drop(app, file("ball.jpg", encode(ball, "JPEG")))
    assert app.page.get_by_text("ball.jpg: JPEG, 1600 × 1200 pixels").is_visible()
    mine = answers(app)
    assert all(text.startswith(name) for text, name in zip(mine, ANSWERS, strict=True))
    bars = app.page.locator("article [role=meter]").evaluate_all("all => all.map(e => +e.ariaValueNow)")
    assert len(bars) == 10 and sum(bars[4:7]) == pytest.approx(1, abs=1e-4)

    drop(app, file("broken.jpg", encode(ball, "JPEG")[:20_000]))
    alert = app.page.locator("[data-testid=stAlert]")
    assert alert.inner_text().endswith("One file was left out. Everything else is here.")
    assert app.page.get_by_text("broken.jpg: The JPEG file ends too early").is_visible()
    assert answers(app) == mine
    app.screenshot("your_photo-error")


def test_a_photo_on_a_slow_line_that_follows_while_others_are_read_is_not_lost(app, ball):
    """A fresh uploader stood there by the time that it came, and the browser had let go of it."""
    app.open("your_photo")
    large = encode(ball.resize((6000, 6000)), "JPEG", quality=50, progressive=True)  # read in a second
    line = app.page.context.new_cdp_session(app.page)
    line.send("Network.enable")
    uploader = app.page.locator("input[type=file]").first
    uploader.set_input_files([file(f"{n}.jpg", large) for n in range(3)])
    app.page.wait_for_function(READING)
    slow = {"offline": False, "latency": 50, "downloadThroughput": -1, "uploadThroughput": 20_000}
    line.send("Network.emulateNetworkConditions", slow)
    noise = np.random.default_rng(0).integers(0, 256, (220, 220, 3), dtype=np.uint8)
    uploader.set_input_files([file("late.png", encode(Image.fromarray(noise), "PNG"))])  # 7 seconds
    app.page.get_by_text("0.jpg: JPEG, 6000 × 6000 pixels").wait_for(timeout=20_000)
    app.page.get_by_text("late.png: PNG, 220 × 220 pixels").wait_for(timeout=40_000)
    app.idle()
    assert app.page.locator(".tile").count() == 2, "the three are one photo"


def test_what_is_chosen_in_a_dialog_that_was_open_while_others_were_read_is_not_lost(app, ball):
    """The uploader that had opened it is gone by then. A phone's picker is open for long."""
    app.open("your_photo")
    app.page.evaluate(
        """document.addEventListener("click", ({ target }) => {
          if (target.type === "file") window.asked = target
        }, true)"""
    )
    drop(app, file("first.png", encode(picture(), "PNG")))
    large = encode(ball.resize((4000, 4000)), "JPEG", progressive=True)
    photos = [file(f"{n}.jpg", large) for n in range(3)]
    app.page.locator("input[type=file]").first.set_input_files(photos)
    app.page.wait_for_function(READING)
    app.page.locator("[data-testid=stFileUploaderDropzone]").first.click(position={"x": 20, "y": 20})
    app.page.wait_for_function("window.asked")
    app.page.get_by_text("0.jpg: JPEG, 4000 × 4000 pixels").wait_for(timeout=20_000)
    app.idle()
    chosen = base64.b64encode(encode(ball, "JPEG")).decode()
    there = app.page.evaluate(
        """async (text) => {
          const chosen = new DataTransfer()
          chosen.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "late.jpg"))
          window.asked.files = chosen.files
          window.asked.dispatchEvent(new Event("change", { bubbles: true }))
          return window.asked.isConnected
        }""",
        chosen,
    )
    assert not there
    app.page.get_by_text("late.jpg: JPEG, 1600 × 1200 pixels").wait_for()
    app.idle()
    assert app.page.locator(".tile").count() == 3


def test_heic_on_a_phone_and_two_fingers_zoom(app, ball):
    app.open("your_photo", width=390, height=844)
    drop(app, file("IMG_0001.HEIC", encode(ball, "HEIC")))
    assert app.page.get_by_text("IMG_0001.HEIC: HEIC, 1600 × 1200 pixels").is_visible()
    assert len(answers(app)) == 4
    assert app.overflow() == 0
    app.screenshot("your_photo-390-own")
    app.page.locator(".frame").scroll_into_view_if_needed()
    box = app.page.locator(".frame").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers = app.page.context.new_cdp_session(app.page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": place, "y": y, "id": number} for number, place in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x - 20, x + 20)
    for step in range(1, 9):
        touch("touchMove", x - 20 - 5 * step, x + 20 + 5 * step)
    touch("touchEnd")
    app.page.wait_for_timeout(600)
    app.idle()
    assert frame(app)["width"] == pytest.approx(75 / 3, abs=1.5), "60 pixels apart instead of 20"


def test_a_name_cannot_do_anything(app):
    app.open("your_photo")
    name = "<img src=x onerror=alert(1)> **b** [l](http:a.invalid) $x$.png"
    drop(app, file(name, encode(picture(), "PNG")))
    assert app.page.get_by_text(f"{name[:40]} …").is_visible()
    main = app.page.locator("[data-testid=stMain]")
    assert main.locator("img[src=x], a[href*=invalid]").count() == 0
    assert main.locator("[data-testid=stText] :is(strong, .katex)").count() == 0
    tile = app.page.locator(".tile")
    assert tile.get_attribute("title") == name and tile.get_attribute("aria-label") == f"{name}: not sorted"
    assert app.page.locator("img[src=x]").count() == 0


def test_frame_by_mouse_and_keyboard(app, ball):
    app.open("your_photo")
    drop(app, file("ball.jpg", encode(ball, "JPEG")))
    whole = frame(app)
    assert (whole["left"], whole["width"]) == (pytest.approx(12.5, abs=0.1), pytest.approx(75, abs=0.1))
    app.page.locator(".frame").scroll_into_view_if_needed()
    box = app.page.locator(".frame").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    app.page.mouse.move(x, y)
    app.page.mouse.down()
    app.page.mouse.move(x + 300, y, steps=6)
    assert "on the move" in app.page.locator("figcaption").inner_text()
    app.page.mouse.up()
    app.idle()
    assert frame(app)["left"] == pytest.approx(25, abs=0.1), "it stops at the photo's edge"
    app.page.wait_for_function(caption_says("that the neurons see"))
    moved = answers_numbers(app)

    app.page.locator(".frame").focus()
    for _ in range(8):
        app.page.keyboard.press("+")
    app.page.keyboard.press("ArrowUp")
    app.page.wait_for_timeout(600)
    app.idle()
    assert frame(app)["width"] == pytest.approx(75 / 1.1**8, abs=0.2)
    app.page.wait_for_function(caption_says("that the neurons see"))
    assert answers_numbers(app) != moved
    app.page.get_by_role("button", name="Whole photo").click()
    app.idle()
    assert frame(app) == whole


@pytest.mark.parametrize("width", [1280, 480, 320])
def test_the_two_buttons_of_the_frame_stand_side_by_side(app, width):
    app.open("your_photo", width=width)
    whole, ball = (
        app.page.get_by_role("button", name=name).bounding_box() for name in ("Whole photo", "Frame the ball")
    )
    assert whole["y"] == ball["y"] and whole["x"] < ball["x"]


def test_the_frame_goes_to_a_ball_that_is_small_in_the_photo(app):
    ground = np.full((400, 520, 3), 190, np.uint8)
    ball = Image.fromarray(render(GALLERY_SEED, [3], device="cpu").pixels[0].numpy()).resize((150, 150))
    ground[60:210, 300:450] = np.asarray(ball)
    data = encode(Image.fromarray(ground), "PNG")
    own = read_own("far.png", data)
    looked = each_look(load_model("patches"), views([own.crops(SIDES)]))
    look = closest(looked[:, 0])[int(combined(looked)[:, 0].argmax())]
    middle = look.left + look.side / 2, look.top + look.side / 2
    assert look.side < 0.5 and middle == pytest.approx((315 / 400, 135 / 400), abs=0.08), "on the ball"

    app.open("your_photo")
    drop(app, file("far.png", data, "image/png"))
    whole, first = frame(app), answers_numbers(app)
    button = app.page.get_by_role("button", name="Frame the ball")
    button.click()
    app.idle()
    there = frame(app)
    assert there["left"] == pytest.approx(whole["left"] + look.left * whole["width"], abs=0.15)
    assert there["top"] == pytest.approx(100 * look.top, abs=0.15)
    assert there["width"] == pytest.approx(look.side * whole["width"], abs=0.15)
    assert answers_numbers(app) != first, "the neurons see the ball now"
    expect(button).to_be_disabled()  # once more would lead into the ball
    app.page.get_by_role("button", name="Whole photo").click()
    app.idle()
    assert frame(app) == whole and answers_numbers(app) == first
    expect(button).to_be_enabled()


def caption_says(words: str) -> str:
    """An expression that finds the caption, which stands behind the component's shadow root."""
    return (
        "() => [...document.querySelectorAll('*')].some(e => "
        f"e.shadowRoot?.querySelector('figcaption')?.textContent.includes('{words}'))"
    )


def answers_numbers(app) -> list[str]:
    return app.page.locator("article .name b").all_inner_texts()


def small_balls() -> Image.Image:
    """A basketball at the bottom left and a baseball at the top right of a photo of plain ground."""
    balls = render(8, (35, 6), ONE, device="cpu").pixels.numpy()
    ground = np.full((160, 160, 3), balls[0][0].mean(axis=0).astype(np.uint8))
    for ball, row, column in zip(balls, (96, 6), (0, 90), strict=True):
        ground[row : row + 64, column : column + 64] = ball
    return Image.fromarray(ground)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (820, False), (320, False)])
def test_a_square_is_where_the_closest_look_was(app, width, dark):
    app.open("your_photo", width=width, dark=dark)
    there = small_balls()
    drop(app, file("small.png", encode(there, "PNG"), "image/png"))
    seen = views([Photo(np.asarray(there)).crops(SIDES)])
    looks = closest(each_look(load_model("patches"), seen)[:, 0])
    assert all(look.side < 1 for look in looks), "each ball has a closer look"
    card = app.page.locator("article", has_text="Network on patches")
    names = ("soccer ball", "basketball", "baseball")
    found = [k for k, name in enumerate(names) if name in card.locator(".says").inner_text()]
    assert found == [1, 2]
    pictures = card.locator(".framed").evaluate_all(SQUARES)
    for squares, expected in zip(pictures, [found, [0], [1], [2]], strict=True):
        assert len(squares) == len(expected)
        for square, k in zip(squares, expected, strict=True):
            look = looks[k]
            assert square["at"] == pytest.approx([look.left, look.top, look.side, look.side], abs=0.005)
            assert min(square["inside"]) > -0.1, "with its edges"
    photo = card.get_by_role("img").first
    assert photo.get_attribute("aria-label") == (
        "The photo: your photo; a square marks a basketball at the bottom left; "
        "a square marks a baseball at the top right"
    )
    zoom = app.page.get_by_label("Zoom")
    zoom.focus()
    zoom.press("End")
    app.idle()
    expect(card.locator(".says")).to_have_text(re.compile("none of the three"))
    assert card.locator(".framed").first.locator(".box").count() == 0
    expect(photo).to_have_attribute("aria-label", "The photo: your photo")


def test_where_two_balls_have_much_the_same_closest_look_both_squares_are_seen(app):
    crowded = render(8, [8], ANY_NUMBER, device="cpu").pixels[0].numpy()
    looks = closest(each_look(load_model("patches"), views([Photo(crowded).crops(SIDES)]))[:, 0])
    assert abs(looks[0].left - looks[1].left) < 0.08 and abs(looks[0].top - looks[1].top) < 0.08
    assert looks[2].top < looks[0].top - 0.1, "the third is not as near"
    app.open("your_photo")
    drop(app, file("crowded.png", encode(Image.fromarray(crowded), "PNG"), "image/png"))
    card = app.page.locator("article", has_text="Network on patches")
    expect(card.locator(".says")).to_contain_text("soccer ball, basketball and baseball")
    picture = card.locator(".framed").first
    there, boxes = picture.bounding_box(), [box.bounding_box() for box in picture.locator(".box").all()]
    assert len(boxes) == 3
    for box, look, around in zip(boxes, looks, (0, 1, 0), strict=True):
        left, side = there["x"] + look.left * there["width"], look.side * there["width"]
        assert (box["x"], box["width"]) == pytest.approx((left + 4 * around, side - 8 * around), abs=0.2)
    for place in (0, 1):
        seen = card.locator(f"li >> nth={place}").locator(".framed").evaluate_all(SQUARES)[0]
        assert [square["at"][2] for square in seen] == [pytest.approx(looks[place].side, abs=0.005)]


def test_a_photo_from_the_camera(app):
    """The browser's own stand-in for a camera shows a green picture that seldom moves: a second photo may be
    the same as the first, and the same photo is kept once.
    """
    app.open("your_photo")
    app.page.get_by_text("The camera").click()
    ready = "() => document.querySelector('video')?.readyState >= 2"
    app.page.wait_for_function(ready)
    app.page.wait_for_timeout(1500)  # it begins once more, in its own size: a press between the two is lost
    app.page.get_by_role("button", name="Take Photo").click()
    expect(app.page.get_by_role("button", name="all 1", exact=True)).to_be_visible()
    app.idle()
    assert re.search(r"camera-input-\S+: JPEG, \d+ × \d+ pixels", app.page.inner_text("body"))
    assert len(answers(app)) == 4
    expect(app.page.get_by_text("Take the next photo")).to_be_visible()  # it can follow at once
    app.page.wait_for_function(ready)


def test_the_frame_on_the_example_is_in_the_link_and_its_zoom_has_a_label(app):
    app.open("your_photo?x=0.3&y=0.6&zoom=2.5")
    there = {
        "left": pytest.approx(10, abs=0.1),
        "top": pytest.approx(40, abs=0.1),
        "width": pytest.approx(40),
    }
    assert frame(app) == there
    app.page.reload()
    app.page.wait_for_selector(".frame")
    app.idle()
    assert frame(app) == there
    app.open(f"your_photo?x={quote('<b>')}&zoom=nan")
    assert frame(app)["width"] == pytest.approx(100)
    slider = app.page.get_by_label("Zoom")
    slider.focus()
    for _ in range(30):
        slider.press("ArrowRight")
    app.until(lambda: parse_qs(urlsplit(app.page.url).query).get("zoom") == ["1.3"])
    app.idle()
    assert parse_qs(urlsplit(app.page.url).query)["zoom"] == ["1.3"]


def test_the_photo_is_carried_to_the_goals(app, ball):
    app.open("your_photo")
    drop(app, file("ball.jpg", encode(ball, "JPEG")))
    for goal, path in ((1, "one_ball"), (2, "three_balls"), (3, "unique_ball")):
        app.page.get_by_role("link", name=f"Goal {goal} with your photo").click()
        app.page.wait_for_url(re.compile(path))
        app.page.wait_for_selector("[role=radio][data-id=own][aria-checked=true]")
        app.idle()
        said = app.page.get_by_text("Nobody has said what is in your photo")
        assert said.is_visible() == (goal < 3), "Goals 1 and 2 need a label, and assume one"
        app.page.locator("[data-testid=stSidebarNav]").get_by_text("Your photos").click()
        app.page.wait_for_selector("article")
        app.idle()
        assert app.page.get_by_text("ball.jpg: JPEG, 1600 × 1200 pixels").is_visible(), "it is still there"


@pytest.mark.parametrize(("x", "y", "zoom"), [(0.5, 0.5, 1.0), (0.21, 0.9, 1.7), (0.7, 0.4, 8.0)])
def test_the_browsers_sums_are_cores(javascript, x, y, zoom):
    photo = Photo(np.random.default_rng(0).integers(0, 256, (150, 210, 3), dtype=np.uint8))
    rgba = np.concatenate([photo.pixels, np.full((150, 210, 1), 255, np.uint8)], axis=2)
    crop = javascript("your_photo/crop_sums")(
        """(([photo, x, y, zoom]) => {
          const frame = js.frameOf(210, 150, x, y, zoom)
          return [Array.from(js.areaAverage(Uint8Array.from(photo), 210, 150, frame)), frame]
        })(given)""",
        [rgba.ravel().tolist(), x, y, zoom],
    )
    pixels = np.array(crop[0]).reshape(64, 64, 4)
    exact = photo.frame(x, y, zoom)
    assert crop[1] == pytest.approx({"left": exact.left, "top": exact.top, "side": exact.side})
    assert np.abs(pixels[..., :3] - photo.crop(x, y, zoom).astype(int)).max() <= 1
    assert (pixels[..., 3] == 255).all()


def test_back_and_forward_move_the_frame_of_the_example(app):
    """Right and down are one step, and Back is not undone by what the hand did before it."""
    app.open("your_photo?zoom=2")
    page = app.page
    frame = page.locator(".frame")
    frame.scroll_into_view_if_needed()

    def dragged() -> str:
        box = frame.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y + 30)
        page.mouse.up()
        page.wait_for_function("location.search.includes('x=') && location.search.includes('y=')")
        app.idle()
        return str(frame.get_attribute("style"))

    before = str(frame.get_attribute("style"))
    moved = dragged()
    assert moved != before
    for _ in range(2):
        page.go_back()
        page.wait_for_function("location.search === '?zoom=2'")
        app.idle()
        expect(frame).to_have_attribute("style", before)
        page.go_forward()
        page.wait_for_function("location.search.includes('x=')")
        app.idle()
        expect(frame).to_have_attribute("style", moved)
    page.go_back()
    page.wait_for_function("location.search === '?zoom=2'")
    app.idle()
    assert dragged() == moved, "the same move again is heard"


def test_who_has_fingers_is_told_of_no_keys(tab, handset_tab):
    parts = ("unpack", "elements", "pictures", "your_photo/crop_sums", "your_photo/crop")
    source = base64.b64encode(script(*parts).encode()).decode()
    for page, keys in ((tab, True), (handset_tab, False)):
        page.goto("about:blank")
        page.add_style_tag(content=style("your_photo/crop"))
        page.evaluate(
            """async (source) => {
                const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0))
                const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }))
                const { build } = await import(url)
                build(document.body, () => {})
            }""",
            source,
        )
        said = page.locator(".hint:visible")
        assert said.count() == 1 and ("arrow keys" in said.inner_text()) is keys
        pressed = """(frame, given) => frame.dispatchEvent(
          new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...given }))"""
        for key in ("+", "-", "ArrowLeft"):  # Ctrl + is the browser’s zoom, Alt ← its Back
            for modifier in ("ctrlKey", "altKey", "metaKey"):
                assert page.locator(".frame").evaluate(pressed, {"key": key, modifier: True})
        page.goto("about:blank")
