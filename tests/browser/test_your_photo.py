"""One of your photos in a real browser: uploads, broken files, the frame under the hand, other pages."""

import base64
import json
import re
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from core.balls import GALLERY_SEED, ONE, render
from core.closer_look import SIDES, closest, combined, each_look, views
from core.judging import ANSWERS as ANSWERED
from core.own_photos.own_photo import read_own
from core.patch_training import ANY_NUMBER
from core.photos import MAX_ZOOM, Photo
from core.weights import load_model
from tests.browser.conftest import ROOT
from tests.browser.drawn import drawn, given_to
from tests.browser.links import query
from tests.browser.own_photos import drop, file
from tests.core.photo_corpus import encode, picture
from ui.components import script, style
from ui.your_photo import answers as cards
from ui.your_photo.answers import ask

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
NAME = "<img src=x onerror=alert(1)> **b** [l](http:a.invalid) $x$.png"
ANSWERS = ["Goal 1", "Goal 2", "Goal 3", "The network on patches"]


WHOLE = 100 * 400 / 520  # the width of a frame around all of `far`, in percent of it


@pytest.fixture(scope="module")
def far() -> bytes:
    """A rendered ball that is small in its photo, as a file."""
    ground = np.full((400, 520, 3), 190, np.uint8)
    ball = Image.fromarray(render(GALLERY_SEED, [24], device="cpu").pixels[0].numpy()).resize((150, 150))
    ground[60:210, 300:450] = np.asarray(ball)
    return encode(Image.fromarray(ground), "JPEG", quality=95)


def long_read(colour: int) -> list[dict]:
    """Three photos that are quickly made, and take long to read for what they hold."""
    photos = [Image.new("P", (6000, 6000)) for _ in range(3)]
    for n, photo in enumerate(photos):
        photo.putpalette([40 * n, 99 * colour, 30])
    data = [encode(photo, "PNG", compress_level=1) for photo in photos]
    return [file(f"{colour}-{n}.png", one, "image/png") for n, one in enumerate(data)]


def answers(app) -> list[str]:
    return app.page.locator("article .says").all_inner_texts()


def frame(app) -> dict[str, float]:
    """The frame's box, in percent of the photo."""
    box = "f => Object.fromEntries(['left', 'top', 'width'].map(side => [side, parseFloat(f.style[side])]))"
    return app.page.locator(".frame").evaluate(box)


def test_photos_on_their_page_and_on_another(app, far):
    """One visit, in which the frame is moved, files come by drag and by camera, and another page has them."""
    app.open("your_photo", width=1270)  # as on a screen of 1280 with a scroll bar
    assert_two_cards_side_by_side_each_with_the_photo(app)
    drop(app, file("ball.jpg", far))
    assert app.page.get_by_text("ball.jpg: JPEG, 520 × 400 pixels").is_visible()
    assert all(text.startswith(name) for text, name in zip(answers(app), ANSWERS, strict=True))
    bars = app.page.locator("article [role=meter]").evaluate_all("all => all.map(e => +e.ariaValueNow)")
    assert len(bars) == 10 and sum(bars[4:7]) == pytest.approx(1, abs=1e-4)
    assert_the_frame_goes_to_a_ball_that_is_small_in_the_photo(app, far)
    assert_the_frame_goes_with_mouse_and_keyboard(app)
    assert_a_name_cannot_do_anything(app)
    assert_a_broken_file_takes_nothing_away(app, far)
    assert_the_photo_is_carried_to_a_goal_and_is_there_afterwards(app)
    assert_the_camera_brings_one_more(app)


def assert_two_cards_side_by_side_each_with_the_photo(app):
    assert all(text.startswith(name) for text, name in zip(answers(app), ANSWERS, strict=True))
    cards = app.page.locator("article").all()
    tops = [card.bounding_box()["y"] for card in cards]
    assert tops[0] == tops[1] < tops[2] == tops[3], "two side by side"
    for card in cards:  # the photo is in sight, as large as what the model saw in it
        photo, seen = (card.locator(f"canvas.{name}").first for name in ("photo", "evidence"))
        assert photo.bounding_box()["width"] == pytest.approx(seen.bounding_box()["width"])
        label = str(photo.get_attribute("aria-label"))
        assert label.partition(";")[0] == "The photo: a rendered soccer ball and baseball"


def assert_the_frame_goes_to_a_ball_that_is_small_in_the_photo(app, far):
    looked = each_look(load_model("patches"), views([read_own("ball.jpg", far).crops(SIDES)]))
    look = closest(looked[:, 0])[int(combined(looked)[:, 0].argmax())]
    middle = look.left + look.side / 2, look.top + look.side / 2
    assert look.side < 0.5 and middle == pytest.approx((315 / 400, 135 / 400), abs=0.08), "on the ball"
    whole, first = frame(app), answers_numbers(app)
    assert (whole["left"], whole["width"]) == (
        pytest.approx(60 / 5.2, abs=0.1),
        pytest.approx(WHOLE, abs=0.1),
    )
    button = app.page.get_by_role("button", name="Frame the ball")
    button.click()
    app.idle()
    there = frame(app)
    assert there["left"] == pytest.approx(whole["left"] + look.left * whole["width"], abs=0.15)
    assert there["top"] == pytest.approx(100 * look.top, abs=0.15)
    assert there["width"] == pytest.approx(look.side * whole["width"], abs=0.15)
    assert answers_numbers(app) != first, "the neurons see the ball now"
    expect(button).to_be_disabled()  # once more would lead into the ball
    app.page.get_by_role("button", name="Largest frame").click()
    app.idle()
    assert frame(app) == whole and answers_numbers(app) == first
    expect(button).to_be_enabled()


def assert_the_frame_goes_with_mouse_and_keyboard(app):
    app.page.locator(".frame").scroll_into_view_if_needed()
    box = app.page.locator(".frame").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    app.page.mouse.move(x, y)
    app.page.mouse.down()
    app.page.mouse.move(x + 300, y, steps=6)
    assert "on the move" in app.page.locator("figcaption").inner_text()
    app.page.mouse.up()
    app.idle()
    assert frame(app)["left"] == pytest.approx(100 - WHOLE, abs=0.1), "it stops at the photo's edge"
    app.page.wait_for_function(caption_says("that the neurons see"))
    moved = answers_numbers(app)
    app.page.locator(".frame").focus()
    for _ in range(8):
        app.page.keyboard.press("+")
    app.page.keyboard.press("ArrowUp")
    assert frame(app)["width"] == pytest.approx(WHOLE / 1.1**8, abs=0.2)
    app.page.wait_for_function(caption_says("on the move"))
    app.page.wait_for_function(caption_says("that the neurons see"))
    app.idle()
    assert frame(app)["width"] == pytest.approx(WHOLE / 1.1**8, abs=0.2)
    assert answers_numbers(app) != moved


def assert_a_name_cannot_do_anything(app):
    drop(app, file(NAME, encode(picture(), "PNG")))
    assert app.page.get_by_text(f"{NAME[:40]} …").is_visible()
    main = app.page.locator("[data-testid=stMain]")
    assert main.locator("img[src=x], a[href*=invalid]").count() == 0
    assert main.locator("[data-testid=stText] :is(strong, .katex)").count() == 0
    tile = app.page.locator(".tile").last
    assert tile.get_attribute("title") == NAME and tile.get_attribute("aria-label") == f"{NAME}: not sorted"
    assert app.page.locator("img[src=x]").count() == 0


def assert_a_broken_file_takes_nothing_away(app, far):
    mine = answers(app), answers_numbers(app)
    drop(app, file("broken.jpg", far[: len(far) // 2]))
    alert = app.page.locator("[data-testid=stAlert]")
    assert alert.inner_text().endswith("One file was left out. Everything else is here.")
    assert app.page.get_by_text("broken.jpg: The JPEG file ends too early").is_visible()
    assert (answers(app), answers_numbers(app)) == mine
    app.screenshot("your_photo-error")


def assert_the_photo_is_carried_to_a_goal_and_is_there_afterwards(app):
    """To each goal: tests/pages/test_your_photo.py."""
    app.page.get_by_role("link", name="Goal 1 with your photo").click()
    app.page.wait_for_url(re.compile("one_ball"))
    app.page.wait_for_selector("[role=radio][data-id=own][aria-checked=true]")
    app.idle()
    assert app.page.get_by_text("Nobody has said what is in your photo").is_visible()
    app.page.locator("[data-testid=stSidebarNav]").get_by_text("Your photos").click()
    app.page.wait_for_selector("article")
    app.idle()
    assert app.page.get_by_text(f"{NAME[:40]} …").is_visible(), "it is still there"


def assert_the_camera_brings_one_more(app):
    """The browser's own stand-in for a camera shows a green picture that seldom moves: a second photo may be
    the same as the first, and the same photo is kept once.
    """
    app.page.get_by_text("The camera").click()
    ready = "() => document.querySelector('video')?.readyState >= 2"
    app.page.wait_for_function(ready)
    app.page.wait_for_timeout(1500)  # it begins once more, in its own size: a press between the two is lost
    app.page.get_by_role("button", name="Take Photo").click()
    expect(app.page.get_by_role("button", name="all 3", exact=True)).to_be_visible()
    app.idle()
    assert re.search(r"camera-input-\S+: JPEG, \d+ × \d+ pixels", app.page.inner_text("body"))
    assert len(answers(app)) == 4
    expect(app.page.get_by_text("Take the next photo")).to_be_visible()  # it can follow at once
    app.page.wait_for_function(ready)


def test_what_is_chosen_while_other_photos_are_read_is_not_lost(app):
    """By the time that it comes a fresh uploader stands there."""
    app.open("your_photo")
    assert_a_photo_on_a_slow_line_that_follows_while_others_are_read_is_not_lost(app)
    assert_what_is_chosen_in_a_dialog_that_was_open_while_others_were_read_is_not_lost(app)


def assert_a_photo_on_a_slow_line_that_follows_while_others_are_read_is_not_lost(app):
    """The browser lets go of what is still on its way to an uploader that is gone."""
    uploader = app.page.locator("input[type=file]").first
    uploader.set_input_files(long_read(0))
    app.page.wait_for_function(READING)
    held: list[Route] = []
    app.page.route(re.compile("/upload_file/"), lambda route: held.append(route))
    uploader.set_input_files([file("late.png", encode(picture(), "PNG"))])
    app.page.get_by_text("0-0.png: PNG, 6000 × 6000 pixels").wait_for()
    app.until(lambda: bool(held))
    for route in held:
        route.continue_()
    app.page.unroute(re.compile("/upload_file/"))
    app.page.get_by_text("late.png: PNG, 80 × 48 pixels").wait_for()
    app.idle()
    assert app.page.locator(".tile").count() == 4


def assert_what_is_chosen_in_a_dialog_that_was_open_while_others_were_read_is_not_lost(app):
    """The uploader that had opened it is gone by then. A phone's picker is open for long."""
    app.page.evaluate(
        """document.addEventListener("click", ({ target }) => {
          if (target.type === "file") window.opened = target
        }, true)"""
    )
    app.page.locator("input[type=file]").first.set_input_files(long_read(1))
    # In one breath: where a hand's way to it took longer than the photos, the next uploader was there.
    press = "document.querySelector('[data-testid=stFileUploaderDropzone] input').click()"
    app.page.wait_for_function(f"{READING} && ({press}, !!window.opened)")
    app.page.get_by_text("1-0.png: PNG, 6000 × 6000 pixels").wait_for()
    app.idle()
    chosen = base64.b64encode(encode(picture("RGB", 120, 160), "JPEG")).decode()
    there = app.page.evaluate(
        """async (text) => {
          const chosen = new DataTransfer()
          chosen.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "late.jpg"))
          window.opened.files = chosen.files
          window.opened.dispatchEvent(new Event("change", { bubbles: true }))
          return window.opened.isConnected
        }""",
        chosen,
    )
    assert not there
    app.page.get_by_text("late 2.jpg: JPEG, 160 × 120 pixels").wait_for()
    app.idle()
    assert app.page.locator(".tile").count() == 8


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
    balls = render(8, (33, 3), ONE, device="cpu").pixels.numpy()
    ground = np.full((160, 160, 3), balls[0][0].mean(axis=0).astype(np.uint8))
    for ball, row, column in zip(balls, (96, 6), (0, 90), strict=True):
        ground[row : row + 64, column : column + 64] = ball
    return Image.fromarray(ground)


def said_of(monkeypatch, photo: Photo, *place: float) -> bytes:
    """What the cards are given, of a photo's whole or of a frame."""
    seen = photo.crops(SIDES, *place)
    given = [ask(name, load_model(model), seen) for name, model in ANSWERED.items()]
    return given_to(monkeypatch, cards, "_answers", lambda: cards.answers("of", seen[0], "your photo", given))


def card_of_patches(javascript, data: bytes, then: bytes | None = None) -> list[dict]:
    """The card of the network on patches in windows of three widths, and with other data in the last."""
    more = "null" if then is None else f"bytes('{base64.b64encode(then).decode()}')"
    look = f"""(host) => [1280, 820, 320].map((width) => {{
      const place = document.body.appendChild(document.createElement("iframe"))
      place.style.width = `${{width}}px`
      place.contentDocument.write("<!doctype html><body></body>")
      place.contentDocument.body.append(host)
      const dress = host.appendChild(document.createElement("style"))
      dress.textContent = {json.dumps(style("your_photo/answers"))}
      const card = [...host.querySelectorAll("article")].at(-1)
      const found = () => ({{
        says: card.querySelector(".says").textContent,
        label: card.querySelector(".photo").getAttribute("aria-label"),
        note: card.querySelector(".note").textContent,
        open: card.querySelector("details").open,
        raised: [...card.querySelectorAll("details sup")].map((node) => node.textContent),
        squares: ({SQUARES})([...card.querySelectorAll(".framed")]),
        picture: card.querySelector(".framed").getBoundingClientRect().width,
      }})
      const seen = found()
      if (width === 320 && {more}) {{
        card.querySelector("summary").click()
        js.default({{ data: {more}, parentElement: host }})
        seen.then = found()
      }}
      document.body.append(host)
      dress.remove()
      place.remove()
      return seen
    }})"""
    return drawn(javascript("unpack", "elements", "pictures", "your_photo/answers"), data, look)


def test_a_square_is_where_the_closest_look_was(javascript, monkeypatch):
    photo = Photo(np.asarray(small_balls()))
    looks = closest(each_look(load_model("patches"), views([photo.crops(SIDES)]))[:, 0])
    assert all(look.side < 1 for look in looks), "each ball has a closer look"
    near = said_of(monkeypatch, photo, 0.5, 0.5, MAX_ZOOM)
    for seen in card_of_patches(javascript, said_of(monkeypatch, photo), near):
        names = ("soccer ball", "basketball", "baseball")
        found = [k for k, name in enumerate(names) if name in seen["says"]]
        assert found == [1, 2]
        assert seen["raised"] == ["[6]", "[8]", "[7]", "[8]"], "a[6], and z = W[8] a[7] + b[8]"
        assert len(seen["note"]) < 240 and not seen["open"], "how it comes about is for who asks"
        for squares, expected in zip(seen["squares"], [found, [0], [1], [2]], strict=True):
            assert len(squares) == len(expected)
            for square, k in zip(squares, expected, strict=True):
                look = looks[k]
                assert square["at"] == pytest.approx([look.left, look.top, look.side, look.side], abs=0.005)
                assert min(square["inside"]) > -0.1, "with its edges"
        assert seen["label"] == (
            "The photo: your photo; a square marks a basketball at the bottom left; "
            "a square marks a baseball at the top right"
        )
    then = seen["then"]
    assert "none of the three" in then["says"] and then["squares"][0] == []
    assert then["open"], "also where another frame is asked about"
    assert then["label"] == "The photo: your photo"


def test_where_two_balls_have_much_the_same_closest_look_both_squares_are_seen(javascript, monkeypatch):
    crowded = Photo(render(8, [125], ANY_NUMBER, device="cpu").pixels[0].numpy())
    looks = closest(each_look(load_model("patches"), views([crowded.crops(SIDES)]))[:, 0])
    assert abs(looks[0].left - looks[1].left) < 0.08 and abs(looks[0].top - looks[1].top) < 0.08
    assert looks[2].top > looks[0].top + 0.1, "the third is not as near"
    for seen in card_of_patches(javascript, said_of(monkeypatch, crowded)):
        assert "soccer ball, basketball and baseball" in seen["says"]
        first, *alone = seen["squares"]
        assert len(first) == 3
        for square, look, around in zip(first, looks, (0, 1, 0), strict=True):
            edges = 4 * around / seen["picture"]
            left, _, wide, _ = square["at"]
            assert (left, wide) == pytest.approx((look.left + edges, look.side - 2 * edges), abs=0.003)
        for place in (0, 1):
            assert [square["at"][2] for square in alone[place]] == [
                pytest.approx(looks[place].side, abs=0.005)
            ]


def test_the_browsers_sums_are_cores(javascript):
    photo = Photo(np.random.default_rng(0).integers(0, 256, (150, 210, 3), dtype=np.uint8))
    rgba = np.concatenate([photo.pixels, np.full((150, 210, 1), 255, np.uint8)], axis=2)
    places = [(0.5, 0.5, 1.0), (0.21, 0.9, 1.7), (0.7, 0.4, 8.0)]
    crops = javascript("your_photo/crop_sums")(
        """(([text, places]) => {
          const photo = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
          return places.map((place) => {
            const frame = js.frameOf(210, 150, ...place)
            return [js.areaAverage(photo, 210, 150, frame).join(), frame]
          })
        })(given)""",
        [base64.b64encode(rgba.tobytes()).decode(), places],
    )
    for (numbers, frame), place in zip(crops, places, strict=True):
        pixels = np.array(numbers.split(","), float).reshape(64, 64, 4)
        exact = photo.frame(*place)
        assert frame == pytest.approx({"left": exact.left, "top": exact.top, "side": exact.side})
        assert np.abs(pixels[..., :3] - photo.crop(*place).astype(int)).max() <= 1
        assert (pixels[..., 3] == 255).all()


def test_the_frame_of_the_example_is_in_the_link_where_back_and_forward_move_it(app):
    """Right and down are one step, and Back is not undone by what the hand did before it."""
    app.open("your_photo?x=0.3&y=0.6&zoom=2.5")
    page = app.page
    link = urlsplit(page.url).query
    assert query(app) == {"x": "0.3", "y": "0.6", "zoom": "2.5"}, "for a refresh, too"
    expected = {"left": pytest.approx(10, abs=0.1), "top": pytest.approx(40, abs=0.1)}
    assert frame(app) == {**expected, "width": pytest.approx(40)}
    place = page.locator(".frame")
    place.scroll_into_view_if_needed()

    def dragged() -> str:
        box = place.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y - 30)
        page.mouse.up()
        page.wait_for_function("(link) => location.search !== '?' + link", arg=link)
        app.idle()
        assert query(app)["x"] != "0.3" and query(app)["y"] != "0.6"
        return str(place.get_attribute("style"))

    before = str(place.get_attribute("style"))
    moved = dragged()
    assert moved != before
    for _ in range(2):
        page.go_back()
        page.wait_for_function("(link) => location.search === '?' + link", arg=link)
        app.idle()
        expect(place).to_have_attribute("style", before)
        page.go_forward()
        page.wait_for_function("(link) => location.search !== '?' + link", arg=link)
        app.idle()
        expect(place).to_have_attribute("style", moved)
    page.go_back()
    page.wait_for_function("(link) => location.search === '?' + link", arg=link)
    app.idle()
    assert dragged() == moved, "the same move again is heard"
    zoom = page.get_by_label("Zoom")
    zoom.focus()
    for _ in range(30):
        zoom.press("ArrowRight")
    app.until(lambda: query(app).get("zoom") == "2.8")
    app.idle()
    assert query(app)["zoom"] == "2.8"


def test_a_frame_that_was_moved_just_before_another_photo_is_shown_keeps_its_place(javascript):
    """What the hand did was told when it had rested for a while, and by then the next photo's frame stood."""
    parts = ("unpack", "elements", "pictures", "your_photo/crop_sums", "your_photo/crop")
    told = javascript(*parts)(
        """(async () => {
          const host = document.body.appendChild(document.createElement("div")), told = []
          const { root, show, end } = js.build(host, (place) => told.push(place))
          const photo = (of) => ({ of, x: 0.5, y: 0.5, zoom: 1, most: 8, look: null, link: null, alt: of,
            ratio: 1.5, picture: new Uint8Array(), type: "image/png", exact: new Uint8Array(12288) })
          show(photo("first"))
          const frame = root.querySelector(".frame")
          frame.dispatchEvent(new KeyboardEvent("keydown", { key: "+" }))
          show(photo("second"))
          const width = frame.style.width
          await new Promise((done) => setTimeout(done, 500))
          end()
          host.remove()
          return [told.map(({ of, zoom }) => [of, zoom]), width, frame.style.width]
        })()"""
    )
    assert told == [[["first", 1.1]], "66.6667%", "66.6667%"]


def test_who_has_fingers_is_told_of_no_keys_and_the_two_buttons_stand_side_by_side(tab, handset_tab):
    inter = base64.b64encode((ROOT / "static" / "fonts" / "inter.woff2").read_bytes()).decode()
    face = (
        f"@font-face {{ font-family: Inter; font-weight: 100 900; src: url(data:font/woff2;base64,{inter}) }}"
    )
    dress = f"{face} body {{ margin: 0; font-family: Inter }} {style('your_photo/crop')}"
    parts = ("unpack", "elements", "pictures", "your_photo/crop_sums", "your_photo/crop")
    source = base64.b64encode(script(*parts).encode()).decode()
    for page, keys in ((tab, True), (handset_tab, False)):
        page.goto("about:blank")
        page.add_style_tag(content=dress)
        page.evaluate(
            """async (source) => {
                const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0))
                const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }))
                const { build } = await import(url)
                build(document.body, () => {})
                await document.fonts.load("14px Inter")
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
        places = [page.get_by_role("button", name=name) for name in ("Largest frame", "Frame the ball")]
        for width in (900, 448, 288):  # what windows of 1280, 480 and 320 leave the page's column
            page.set_viewport_size({"width": width, "height": 844})
            whole, ball = (place.bounding_box() for place in places)
            assert whole["y"] == ball["y"] and whole["x"] < ball["x"], width
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto("about:blank")
