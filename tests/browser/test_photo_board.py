"""One's own photos on the board, in a real browser: sorted by keyboard, mouse and finger, removed, saved."""

import base64
import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from benchmarks.serving import serve
from core.balls import GALLERY_SEED, render
from core.own_photos.own_photo import read_own
from core.own_photos.photo_set import PhotoSet
from core.own_photos.photo_zip import from_zip, to_zip
from core.own_photos.taught_file import taught_to_bytes
from core.weights import load_model
from tests.browser.conftest import visit
from tests.browser.fingers import Fingers
from tests.browser.letters import small_letters
from tests.browser.own_photos import drop, file
from tests.browser.test_every_page import PAGES
from tests.browser.wcag import faults
from tests.core.own_photos import numbered
from tests.core.photo_corpus import encode, picture
from ui.components import script
from ui.pictures import png
from ui.your_photo import photo_board
from ui.your_photo.photo_board import Hand, Sheet

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def photos() -> list[dict]:
    """Six rendered photos as files."""
    pixels = render(GALLERY_SEED, range(6), device="cpu").pixels.numpy()
    return [file(f"ball {n}.png", png(photo), "image/png") for n, photo in enumerate(pixels)]


def read(photos: list[dict]) -> PhotoSet:
    return PhotoSet(tuple(read_own(photo["name"], photo["buffer"]) for photo in photos))


def captions(app) -> list[str]:
    return [text.replace("\n", "+") for text in app.page.locator(".tile .caption").all_inner_texts()]


def selected(app) -> list[int]:
    states = app.page.locator(".tile").evaluate_all("all => all.map(e => e.ariaSelected)")
    return [place for place, state in enumerate(states) if state == "true"]


def focus(app) -> int:
    return app.page.locator(".tile").evaluate_all("all => all.findIndex(e => e.hasAttribute('data-focus'))")


def counts(app) -> dict[str, int]:
    found = (text.split("\n") for text in app.page.locator(".count").all_inner_texts())
    return {name: int(count) for name, count in found}


def saved(app) -> PhotoSet:
    """What the server has, as it comes out of its zip."""
    app.idle()
    with app.page.expect_download() as download:
        app.page.get_by_role("link", name="as a zip").click()
    back, sentences = from_zip(Path(download.value.path()).read_bytes())
    assert not sentences
    return back


def upload(app, line: str) -> Locator:
    """The button of the uploader that stands there now."""
    return app.page.locator(f"[class*='st-key-{line}_'] button").first


def drawn_on(app, place: int) -> str:
    """What a tile shows."""
    pixels = "e => Array.from(e.getContext('2d').getImageData(0, 0, 64, 64).data).join()"
    return str(app.page.locator(".tile canvas").nth(place).evaluate(pixels))


def press(app, *keys: str) -> None:
    for key in keys:
        app.page.keyboard.press(key)


def test_photos_on_their_page_from_a_zip_that_was_saved_to_one_that_is_saved(app, photos):
    """One visit, in which the hand sorts, moves frames, removes, leaves and comes back."""
    own = read(photos[:4])
    labels = [(1, 0, 0), (0, 1, 1), (0, 0, 0), (0, 0, 1)]
    known = PhotoSet(tuple(photo.sorted_under(y) for photo, y in zip(own.photos, labels, strict=True)))
    known = known.cropped(known.ids[1], 0.3, 0.6, 2.0)
    app.open("your_photo")
    drop(app, file("set.zip", to_zip(known), "application/zip"), uploader=1)
    assert captions(app) == ["soccer", "basketball+baseball", "none", "baseball"]
    told = app.page.get_by_text("4 photos have arrived: see further up.")
    assert told.count() == 1, "by the uploader at the page's end, whose hand does not see the board"
    expect(told).to_be_in_viewport()
    expect(upload(app, "your_photos_zip")).to_be_focused()
    back = saved(app)
    assert back.ids == known.ids and back.labels == known.labels
    assert to_zip(back) == to_zip(known)
    upload(app, "your_photos_files").focus()
    drop(app, *photos[4:])
    assert captions(app)[4:] == ["not sorted"] * 2 and told.count() == 0
    assert selected(app) == [4, 5], "what comes in comes selected"
    expect(app.page.locator(".tile").nth(4)).to_be_focused()  # to be sorted at once
    assert faults(app.page) == []
    assert_the_one_that_is_clicked_is_asked_about(app)
    assert_a_moved_frame_is_seen_on_its_tile_and_labels_made_meanwhile_stay(app)
    assert_what_is_removed_can_be_brought_back_after_a_frame_was_moved(app)
    assert_the_board_is_as_it_was_after_another_page(app)
    assert_where_none_is_left_the_keyboard_brings_them_back(app)
    assert_nothing_is_brought_back_once_one_forgets(app)
    assert_a_hand_that_forgets_all_or_brings_no_photo_is_led_to_where_others_come_in(app, photos)


def assert_the_one_that_is_clicked_is_asked_about(app):
    app.page.get_by_text("ball 4.png: PNG").wait_for()
    before = app.page.locator("article .name b").all_inner_texts()
    app.page.locator(".tile").nth(2).click()
    app.page.get_by_text("ball 2.png: PNG").wait_for()
    app.idle()
    assert app.page.locator("article .name b").all_inner_texts() != before
    assert focus(app) == 2


def assert_a_moved_frame_is_seen_on_its_tile_and_labels_made_meanwhile_stay(app):
    app.page.locator(".tile").nth(1).click()
    app.page.get_by_text("ball 1.png: PNG").wait_for()
    app.idle()
    before = drawn_on(app, 1)
    app.page.locator(".frame").focus()
    press(app, *"++++++++")
    app.page.wait_for_timeout(380)  # just before the frame's new place is told
    app.page.locator(".tile").nth(3).click()
    press(app, "1", "ArrowRight", "2")
    app.until(lambda: drawn_on(app, 1) != before)
    app.idle()
    assert captions(app)[3:] == ["soccer+baseball", "basketball", "not sorted"]


def assert_what_is_removed_can_be_brought_back_after_a_frame_was_moved(app):
    tiles = app.page.locator(".tile")
    tiles.nth(0).click()
    press(app, "2", "Delete")
    app.page.get_by_text("ball 1.png: PNG").wait_for()
    app.idle()
    before = drawn_on(app, 0)
    app.page.locator(".frame").focus()
    press(app, *"++++++++")
    app.until(lambda: drawn_on(app, 0) != before)
    app.idle()
    assert tiles.count() == 5
    app.page.get_by_role("button", name="Undo: 1 removed").click()
    app.page.get_by_text("ball 0.png: PNG").wait_for()
    app.idle()
    assert captions(app)[:2] == ["soccer+basketball", "basketball+baseball"]
    assert drawn_on(app, 1) != before


def assert_the_board_is_as_it_was_after_another_page(app):
    app.page.locator(".tile").nth(2).click()
    press(app, "3", "ArrowRight", "Delete")
    app.idle()
    menu = app.page.locator("[data-testid=stSidebarNav]")
    menu.get_by_text("Broadcasting").click()
    app.page.wait_for_selector("h1:has-text('Broadcasting')")
    app.idle()
    menu.get_by_text("Your photos").click()
    app.page.wait_for_selector(".tile")
    app.idle()
    expected = ["soccer+basketball", "basketball+baseball", "baseball", "basketball", "not sorted"]
    assert captions(app) == expected
    app.page.locator(".tile").nth(0).click()
    press(app, "1")
    assert saved(app).labels == ((0, 1, 0), (0, 1, 1), (0, 0, 1), (0, 1, 0))


def assert_where_none_is_left_the_keyboard_brings_them_back(app):
    """Also the one that was removed before the page was left."""
    tiles, undo = app.page.locator(".tile"), app.page.get_by_role("button", name="Undo: 6 removed")
    tiles.nth(0).click()
    press(app, "Control+a", "Backspace")
    expect(tiles).to_have_count(0)
    expect(app.page.locator(".tiles")).to_be_hidden()
    app.page.get_by_text("An example until you choose photos").wait_for()
    app.idle()
    expect(undo).to_be_focused()
    press(app, "Control+z")
    app.page.get_by_text("ball 3.png: PNG").wait_for()  # which went first
    expect(tiles).to_have_count(6)
    assert captions(app)[0] == "basketball"


def assert_nothing_is_brought_back_once_one_forgets(app):
    tiles, example = app.page.locator(".tile"), app.page.get_by_text("An example until you choose photos")
    app.idle()
    app.page.get_by_role("button", name="Forget this photo").click()
    expect(tiles).to_have_count(5)
    app.idle()
    tiles.nth(1).click()
    press(app, "Control+a", "Delete")
    app.page.get_by_text("5 removed photos wait").wait_for()
    app.idle()
    app.screenshot("your_photo-all-removed")
    app.page.get_by_role("button", name="Forget them").click()
    app.idle()
    expect(app.page.get_by_role("button", name="Undo")).to_have_count(0)
    expect(app.page.get_by_text("removed photos wait")).to_have_count(0)
    example.wait_for()
    expect(upload(app, "your_photos_files")).to_be_focused()


def assert_a_hand_that_forgets_all_or_brings_no_photo_is_led_to_where_others_come_in(app, photos):
    chosen, brought = upload(app, "your_photos_files"), upload(app, "your_photos_zip")
    drop(app, file("broken.png", photos[0]["buffer"][:99], "image/png"))
    expect(chosen).to_be_focused()
    drop(app, photos[0])
    expect(app.page.locator(".tile")).to_be_focused()
    app.page.get_by_role("button", name="Forget all photos").focus()
    press(app, "Enter")
    expect(app.page.get_by_role("dialog")).to_be_focused()
    press(app, "Tab")
    expect(app.page.get_by_role("button", name="Yes, forget all")).to_be_focused()
    press(app, "Enter")
    app.page.get_by_text("An example until you choose photos").wait_for()
    expect(brought).to_be_focused()
    expect(brought).to_be_in_viewport()
    app.idle()
    press(app, "Shift+Tab")
    drop(app, photos[0])
    expect(app.page.locator(".tile")).to_have_count(1)
    expect(app.page.locator(".tile:focus")).to_have_count(0)  # of a hand that is elsewhere


def test_a_hand_that_forgets_a_network_is_led_to_the_heading_above_what_the_models_say_now(app):
    """It was nowhere: a screen reader began at the page's top."""
    app.open("your_photo")
    data = taught_to_bytes(load_model("patches"), np.zeros(0, np.int32))
    drop(app, file("mine.safetensors", data, "application/octet-stream"), uploader=2)
    forget = app.page.get_by_role("button", name="Forget this network")
    forget.focus()
    press(app, "Enter")
    expect(app.page.get_by_role("heading", name="What the models say")).to_be_focused()
    expect(forget).to_have_count(0)


def test_an_upload_the_first_click_and_the_first_label_leave_what_stands_there_as_it_is(app, photos):
    """All below was made anew: for a moment some of it stood there twice, and what was open closed."""
    app.open("your_photo")
    headings = ("What the models say", "Keep them, bring them back")
    always = [app.page.get_by_role("heading", name=name).element_handle() for name in headings]
    cut = encode(picture(), "TIFF")
    drop(app, *photos[:3], *(file(f"{n}.tif", cut[: 900 * n], "image/tiff") for n in range(1, 10)))
    details = app.page.locator("[data-testid=stExpander] details")
    expect(details).to_have_count(2)  # of the sentences about what was left out, and "What learns in it"
    for place in range(2):
        details.nth(place).locator("summary").click()
    there = [app.page.get_by_role("button", name="Forget this photo"), *details.all()]
    nodes = [*always, *(one.element_handle() for one in there)]
    app.page.locator(".tile").nth(1).click()
    app.page.get_by_text("ball 1.png: PNG").wait_for()
    press(app, "1")
    app.page.get_by_text("Teach it your sorted photo").wait_for()
    app.idle()
    assert [node.evaluate("node => node.isConnected") for node in nodes] == [True] * 5
    assert [one.evaluate("one => one.open") for one in details.all()] == [True] * 2


def test_fifty_photos_a_heic_and_a_bad_one_among_them_on_a_phone(app):
    files = [file(f"{n}.png", numbered(n), "image/png") for n in range(49)]
    taken = encode(picture("RGB", 1200, 1600), "HEIC")
    files.insert(7, file("<b>bad</b>.jpg", encode(picture("RGB", 600, 800), "JPEG")[:999]))
    app.open("your_photo", width=390, height=844)
    drop(app, *files, file("IMG_0001.HEIC", taken))
    tiles = app.page.locator(".tile")
    expect(tiles).to_have_count(50, timeout=20_000)
    app.idle()
    assert app.page.get_by_text("One file was left out. Everything else is here.").is_visible()
    assert app.page.get_by_text("<b>bad</b>.jpg: The JPEG file ends too early").is_visible()
    assert app.overflow() == 0
    tiles.nth(0).click()
    for place in (1, 2):
        tiles.nth(place).locator(".check").click()
    assert small_letters(app, ".tiles") == []
    assert selected(app) == [0, 1, 2], "a finger has no shift key: the circle adds one more"
    app.page.get_by_role("toolbar").get_by_role("button", name="none").click()
    app.idle()
    assert counts(app)["none"] == 3
    app.screenshot("your_photo-390-fifty")
    tiles.nth(49).click()
    app.page.get_by_text("IMG_0001.HEIC: HEIC, 1600 × 1200 pixels").wait_for()
    app.idle()
    assert app.page.locator("article .says").count() == 4
    assert app.overflow() == 0
    app.screenshot("your_photo-390-own")
    assert_two_fingers_zoom(app)
    app.as_seen(width=844, height=390, dark=False)  # it is laid on its side
    box = app.page.locator(".tiles").bounding_box()
    assert box["height"] < 240, "there is room to scroll the page beside them"


def assert_two_fingers_zoom(app):
    frame = app.page.locator(".frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = Fingers(app.page)
    hand.put("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 9):
        hand.put("touchMove", (x - 20 - 5 * step, y), (x + 20 + 5 * step, y))
    hand.put("touchEnd")
    width = "frame => parseFloat(frame.style.width)"
    app.until(lambda: abs(frame.evaluate(width) - 75 / 3) < 1.5)  # 60 pixels apart instead of 20


LED = """([kind, held]) => {
  const place = document.body.appendChild(document.createElement("div"))
  place.className = "st-key-board"
  const board = place.appendChild(document.createElement("div"))
  board.attachShadow({ mode: "open" }).innerHTML = "<p role=option tabindex=0></p>"
  const other = document.body.appendChild(document.createElement("button"))
  const parentElement = document.body.appendChild(document.createElement("div"))
  const told = (count) => js.default({ data: { count, place: "board" }, key: "led", parentElement })
  told(3)
  const first = !!board.shadowRoot.activeElement
  if (held) other.focus()
  for (const type of ["change", ...kind]) document.dispatchEvent(new Event(type))
  const end = told(4)
  const led = [first, !!board.shadowRoot.activeElement, document.activeElement === other]
  for (const node of [place, other, parentElement]) node.remove()
  end()
  return led
}"""


def test_photos_that_arrive_take_the_keyboard_of_a_hand_that_waits_for_them_alone(javascript):
    led = javascript("your_photo/at_hand")
    assert led(f"({LED})(given)", [[], False]) == [False, True, False], "not of a page that is come back to"
    assert led(f"({LED})(given)", [["keydown"], False]) == [False, False, False], "the arrow keys scroll on"
    assert led(f"({LED})(given)", [[], True]) == [False, False, True]


def test_sorting_goes_on_while_photos_are_read_and_all_are_missed_after_a_refresh(app, photos):
    """They are quickly made, and take long to read for what they hold."""
    slow = [Image.new("P", (6000, 6000)) for _ in range(5)]
    for n, photo in enumerate(slow):
        photo.putpalette([40 * n, 20, 30])
    files = [file(f"{n}.png", encode(photo, "PNG", compress_level=1)) for n, photo in enumerate(slow)]
    app.open("your_photo")
    drop(app, *photos)
    app.page.locator("input[type=file]").first.set_input_files(files)
    # It stands there for half a second: looked for in each frame, not twice a second as a locator is.
    app.page.wait_for_function("document.body.innerText.includes('Reading photo')")
    app.page.locator(".tile").first.click()
    app.idle()
    assert selected(app) == [0]  # what arrives meanwhile is not put under the hand
    press(app, "1")
    app.idle()
    assert counts(app) == {
        "all": 11, "not sorted": 10, "soccer ball": 1, "basketball": 0, "baseball": 0, "none": 0,
    }  # fmt: skip
    assert captions(app)[0] == "soccer" and saved(app).labels == ((1, 0, 0),)
    assert_photos_that_go_with_their_session_are_missed(app)


def assert_photos_that_go_with_their_session_are_missed(app):
    gone = app.page.get_by_text("They were in memory only, and are gone")
    expect(gone).to_have_count(0)
    app.page.reload()
    expect(gone).to_contain_text("11 photos were here before the page was reloaded or the app was restarted.")
    app.idle()


# What one of two tabs remembers and hears, without the app: `now` is what a page says at its end.
IN_A_TAB = """async ([source, now]) => {
  const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0))
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }))
  window.gone ??= await import(url)
  window.told ??= []
  const parentElement = document.body.appendChild(document.createElement("div"))
  const end = gone.default({ data: now, parentElement, setStateValue: (...said) => told.push(said) })
  parentElement.remove()
  end()
}"""


def test_a_tab_that_was_duplicated_misses_no_photo_that_the_other_still_has(browser):
    """Also where the other one shows another page by now."""
    source = base64.b64encode(script("your_photo/gone").encode()).decode()
    with contextlib.closing(browser.new_context()) as context:
        context.route("**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))

        def shows(tab: Page, session: str, photos: int, network: bool = False) -> None:
            tab.evaluate(IN_A_TAB, [source, {"session": session, "photos": photos, "network": network}])

        first = context.new_page()
        first.goto("http://photos.invalid")
        shows(first, "a", 2, network=True)
        with context.expect_page() as opened:
            first.evaluate("window.open('/') && 0")  # with a copy of what this tab remembers
        second = opened.value
        second.wait_for_load_state()
        kept = {"session": "a", "photos": 2, "network": True}
        assert second.evaluate("JSON.parse(sessionStorage.own_photos)") == kept
        shows(second, "b", 0)
        second.wait_for_timeout(1300)  # longer than it waits for an answer
        assert second.evaluate("told") == []
        first.reload()
        shows(first, "c", 0)
        first.wait_for_function("told.length")
        assert first.evaluate("told") == [["gone", {"photos": 2, "network": True}]], "by nobody any more"
        for photos in (1, 0):  # come, and forgotten by the hand
            shows(first, "c", photos)
        kept = {"session": "c", "photos": 0, "network": False}
        assert first.evaluate("JSON.parse(sessionStorage.own_photos)") == kept
        gone = "(given) => gone.gone(...given)"
        before, now = ({"session": session, "photos": 0, "network": False} for session in "cd")
        assert first.evaluate(gone, [before, now]) is None, "and so not missed"
        lost = {"photos": 0, "network": True}
        assert first.evaluate(gone, [before | {"network": True}, now]) == lost, "a network alone"
        assert first.evaluate(gone, [before | lost, now | lost]) is None
        assert first.evaluate(gone, [{"session": "c", "photos": 3}, now]) == {"photos": 3, "network": False}


def test_a_servers_first_request_is_a_link_to_this_page_and_nothing_of_a_photo_is_in_any_file(
    tab, tmp_path, monkeypatch
):
    """Neither in the server's home, cache and temporary folder, nor in the project, after a look."""
    photo = encode(picture("RGB", 900, 1200), "JPEG")
    own = read_own("ball.jpg", photo)
    kept = (photo, own.file, own.photo.pixels.tobytes(), own.pixels.tobytes())
    marks = [data[len(data) // 2 :][:200] for data in kept]
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    begun = time.time()
    with serve(folder=tmp_path, through="tests.few_photos") as started, visit(started.url, tab) as app:
        app.open("your_photo")  # nobody has asked this server for anything yet
        assert app.page.locator("h1").first.inner_text() == PAGES["your_photo"]
        menu = app.page.locator("[data-testid=stSidebarNav]").inner_text()
        assert all(title in menu for title in PAGES.values())
        drop(app, file("ball.jpg", photo))
        app.page.locator(".tile").click()
        press(app, "1")
        app.idle()
        assert app.page.get_by_text("ball.jpg: JPEG").is_visible() and captions(app) == ["soccer"]
        written = [path for folder in (tmp_path, ROOT) for path in changed_since(begun, folder)]
    assert tmp_path / "streamlit.log" in written
    for path in written:
        with contextlib.suppress(FileNotFoundError):
            data = path.read_bytes()
            assert not any(mark in data for mark in marks), path


def changed_since(begun: float, folder: Path) -> Iterator[Path]:
    """The files in a folder that have been written since then; not those that are installed or versioned."""
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", ".venv")]
        for name in names:
            with contextlib.suppress(OSError):
                if (file := Path(path, name)).stat().st_mtime >= begun - 1:
                    yield file


class Alone:
    """The board without the app: given one sheet after the other, and what its hand tells."""

    def __init__(self, run, monkeypatch) -> None:
        self.run = run
        self.packed: list[bytes] = []
        monkeypatch.setattr(photo_board, "_board", lambda data, **_: self.packed.append(data))
        run(
            "(window.told = [], window.host = document.body.appendChild(document.createElement('div')), null)"
        )

    def show(self, sheet: Sheet) -> None:
        photo_board.mount("alone", sheet, lambda: None)
        self.run(
            "(js.default({ data: Uint8Array.from(atob(given), (c) => c.charCodeAt(0)), "
            "parentElement: window.host, setStateValue: (_, hand) => window.told.push(hand) }), null)",
            base64.b64encode(self.packed[-1]).decode(),
        )

    def click(self, selector: str, place: int = 0, **modifiers: bool) -> None:
        self.run(
            "(([at, place, modifiers]) => window.host.querySelectorAll(at)[place].dispatchEvent("
            "new MouseEvent('click', { bubbles: true, ...modifiers })))(given)",
            [selector, place, modifiers],
        )

    def keys(self, *keys: str) -> None:
        """For whatever has the focus: "1", "Shift+ArrowRight"."""
        self.run(
            "given.forEach(([key, modifiers]) => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', { key, bubbles: true, ...modifiers })))",
            [[key.rpartition("+")[2], modifiers_of(key)] for key in keys],
        )

    def press(self, selector: str, key: str) -> None:
        self.run("(window.host.querySelector(given).focus(), null)", selector)
        self.keys(key)

    def all(self, selector: str, what: str) -> list:
        return self.run(f"[...window.host.querySelectorAll(given)].map((e) => {what})", selector)

    @property
    def captions(self) -> list[str]:
        return self.all(".tile .caption", "[...e.children].map((line) => line.textContent).join('+')")

    @property
    def selected(self) -> list[int]:
        return [place for place, is_ in enumerate(self.all(".tile", "e.ariaSelected")) if is_ == "true"]

    @property
    def focus(self) -> int:
        """Of the tiles, the one that is asked about; it has the keyboard, too, where a tile has it."""
        marked, held = (
            self.all(".tile", e) for e in ("'focus' in e.dataset", "e === document.activeElement")
        )
        assert not any(held) or marked == held
        return marked.index(True)

    def told(self) -> Hand:
        said = self.run("new Promise((done) => setTimeout(() => done(window.told.at(-1)), 300))")
        hand = Hand.read(said)
        assert hand is not None
        return hand

    def close(self) -> None:
        self.run("window.host.remove()")


def modifiers_of(key: str) -> dict[str, bool]:
    return {"shiftKey": key.startswith("Shift+"), "ctrlKey": key.startswith("Control+")}


@pytest.fixture
def alone(javascript, monkeypatch) -> Iterator[Alone]:
    board = Alone(javascript(*photo_board.SCRIPTS), monkeypatch)
    yield board
    board.close()


def test_sorted_by_keyboard(alone, photos):
    own = read(photos)
    alone.show(Sheet(1, 0, own, own.ids[0], arrived=own.ids))
    assert alone.captions == ["not sorted"] * 6
    assert alone.selected == list(range(6)), "what comes in comes selected"
    alone.press(".tile", "Home")
    alone.keys("1", "ArrowRight", "2", "ArrowRight", "3", "1", "ArrowRight", "0")
    assert alone.captions[:4] == ["soccer", "basketball", "soccer+baseball", "none"]
    alone.keys("ArrowRight", "Shift+ArrowRight", "2")
    assert alone.selected == [4, 5] and alone.captions[4:] == ["basketball"] * 2
    alone.keys("ArrowLeft", "2")
    assert alone.captions[4:] == ["not sorted", "basketball"], "the same key takes the ball out again"
    alone.keys("Control+a", "3")
    assert alone.captions[3] == "baseball" and alone.captions[1] == "basketball+baseball"
    alone.keys("3", "Escape")
    assert alone.captions[3] == "not sorted", "that a photo has none of them is only said by hand"
    assert alone.selected == [4] == [alone.focus]
    hand = alone.told()
    assert hand.focus == own.ids[4]
    assert photo_board.after(own, own, hand).labels == (
        (1, 0, 0),
        (0, 1, 0),
        (1, 0, 0),
        None,
        None,
        (0, 1, 0),
    )


def test_several_at_once_by_mouse(alone, photos):
    own = read(photos)
    alone.show(Sheet(1, 0, own, own.ids[0], arrived=own.ids))
    alone.click(".tile canvas", 1)
    assert alone.selected == [1] == [alone.focus]
    alone.click(".tile canvas", 3, shiftKey=True)
    alone.click(".tile canvas", 5, ctrlKey=True)
    assert alone.selected == [1, 2, 3, 5]
    alone.click(".label", 1)
    assert alone.all(".count", "e.textContent") == [
        "all6", "not sorted2", "soccer ball0", "basketball4", "baseball0", "none0",
    ]  # fmt: skip
    alone.click(".tile canvas", 1)
    alone.click(".label", 0)
    alone.click(".count", 3)
    assert alone.selected == [1, 2, 3, 5]
    assert alone.all(".label", "e.ariaPressed") == ["mixed", "true", "false", "false"]
    labels = photo_board.after(own, own, alone.told()).labels
    assert labels == (None, (1, 1, 0), (0, 1, 0), (0, 1, 0), None, (0, 1, 0))


def test_keys_go_on_where_a_button_that_is_clicked_takes_no_focus(alone, photos):
    own = read(photos)
    alone.show(Sheet(1, 0, own, own.ids[0]))
    alone.click(".label", 2)
    # In Safari the focus goes to what is around the button.
    alone.run("(window.host.querySelector('.label').parentElement.closest('[tabindex]')?.focus(), null)")
    alone.keys("2")
    assert alone.captions[:2] == ["basketball+baseball", "not sorted"]


def test_removed_and_brought_back_by_mouse_and_by_keyboard(alone, photos):
    own = read(photos)
    alone.show(Sheet(1, 0, own, own.ids[0]))
    alone.click(".tile canvas", 0)
    alone.keys("1", "ArrowRight", "Shift+ArrowRight", "Delete")
    assert len(alone.captions) == 4 and alone.focus == 1
    hand = alone.told()
    assert hand.removed == {*own.ids[1:3]} and hand.focus == own.ids[3]
    assert alone.all(".undo", "e.ariaLabel") == ["Undo: 2 removed"]
    alone.click(".undo")
    assert len(alone.captions) == 6 and alone.selected == [1, 2]
    alone.keys("Control+a", "Backspace")
    assert alone.captions == [] and alone.told().focus is None
    assert alone.all(".undo", "[e.ariaLabel, e === document.activeElement]") == [["Undo: 6 removed", True]]
    alone.keys("Control+z")
    assert alone.captions[0] == "soccer" and alone.selected == list(range(6)) and alone.focus == 0
    alone.keys("ArrowRight")
    assert alone.focus == 1, "the keyboard is at the tiles again"
    assert not alone.told().removed


def test_nothing_is_offered_that_a_new_sheet_no_longer_has(alone, photos):
    own = read(photos[:4])
    a, b, *_ = own.ids
    alone.show(Sheet(1, 0, PhotoSet(own.photos[:3]), a))
    alone.click(".tile")
    alone.press(".tile", "1")
    alone.press(".tile", "Delete")
    assert alone.told().removed == {a} and alone.told().focus == b
    heard = alone.told().seq
    alone.press(".tile", "2")  # late: the server does not hear it before its next sheet
    alone.show(Sheet(2, heard, own.remove([a]), b))
    hand = alone.told()
    assert hand.of == 2 and not hand.removed and hand.labels == {b: (0, 1, 0)}
    assert alone.run("window.host.querySelector('.undo').hidden")
    alone.press(".tile", "Delete")
    alone.click(".undo")
    assert alone.told().focus == b and not alone.told().removed


@pytest.mark.parametrize(
    ("labels", "k", "expected"),
    [
        (["", "000", "100"], 0, ["100", "100", "100"]),
        (["100", "101"], 0, ["", "001"]),
        (["010", ""], 2, ["011", "001"]),
        ([""], 1, ["010"]),
    ],
)
def test_what_a_ball_key_does(javascript, labels, k, expected):
    assert javascript("your_photo/photo_board_labels")("js.toggled(...given)", [labels, k]) == expected


def test_what_the_key_for_none_does(javascript):
    run = javascript("your_photo/photo_board_labels")
    assert run("js.noneToggled(given)", ["", "110", "000"]) == ["000"] * 3
    assert run("js.noneToggled(given)", ["000", "000"]) == ["", ""]
