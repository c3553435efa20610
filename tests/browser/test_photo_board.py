"""One's own photos on the board, in a real browser: sorted by keyboard, mouse and finger, removed, saved."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from benchmarks.serving import serve
from core.balls import GALLERY_SEED, render
from core.own_photos.own_photo import read_own
from core.own_photos.photo_set import PhotoSet
from core.own_photos.photo_zip import from_zip, to_zip
from tests.browser.conftest import App, visit
from tests.browser.letters import small_letters
from tests.browser.own_photos import drop, file
from tests.browser.test_every_page import PAGES
from tests.browser.wcag import faults
from tests.core.photo_corpus import encode, picture
from ui.pictures import png
from ui.your_photo import photo_board
from ui.your_photo.photo_board import Hand, Sheet

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def photos() -> list[dict]:
    """Six rendered photos as files."""
    pixels = render(GALLERY_SEED, range(6), device="cpu").pixels.numpy()
    return [file(f"ball {n}.png", png(photo), "image/png") for n, photo in enumerate(pixels)]


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


def press(app, *keys: str) -> None:
    for key in keys:
        app.page.keyboard.press(key)


def test_sorted_by_keyboard(app, photos):
    app.open("your_photo")
    drop(app, *photos)
    assert captions(app) == ["not sorted"] * 6
    assert selected(app) == list(range(6)), "what comes in comes selected"
    assert faults(app.page) == []
    app.page.locator(".tile").first.focus()
    press(app, "Home", "1", "ArrowRight", "2", "ArrowRight", "3", "1", "ArrowRight", "0")
    assert captions(app)[:4] == ["soccer", "basketball", "soccer+baseball", "none"], (
        "before the server answers"
    )
    press(app, "ArrowRight", "Shift+ArrowRight", "2")
    assert selected(app) == [4, 5] and captions(app)[4:] == ["basketball"] * 2
    press(app, "ArrowLeft", "2")
    assert captions(app)[4:] == ["not sorted", "basketball"], "the same key takes the ball out again"
    press(app, "Control+a", "3")
    assert captions(app)[3] == "baseball" and captions(app)[1] == "basketball+baseball"
    press(app, "3", "Escape")
    assert captions(app)[3] == "not sorted", "that a photo has none of them is only said by hand"
    assert selected(app) == [4] == [focus(app)]
    back = saved(app)
    assert [photo.name for photo in back.photos] == ["ball 0.png", "ball 1.png", "ball 2.png", "ball 5.png"]
    assert back.labels == ((1, 0, 0), (0, 1, 0), (1, 0, 0), (0, 1, 0))


def test_one_that_is_asked_about_and_several_at_once_by_mouse(app, photos):
    app.open("your_photo")
    drop(app, *photos)
    tiles = app.page.locator(".tile")
    app.page.get_by_text("ball 0.png: PNG").wait_for()
    app.idle()
    before = app.page.locator("article .name b").all_inner_texts()
    tiles.nth(2).click()
    app.page.get_by_text("ball 2.png: PNG").wait_for()
    app.idle()
    assert app.page.locator("article .name b").all_inner_texts() != before
    assert focus(app) == 2

    tiles.nth(1).click()
    tiles.nth(3).click(modifiers=["Shift"])
    tiles.nth(5).click(modifiers=["ControlOrMeta"])
    assert selected(app) == [1, 2, 3, 5]
    label = app.page.get_by_role("toolbar").get_by_role("button")
    label.filter(has_text="basketball").click()
    assert counts(app) == {
        "all": 6,
        "not sorted": 2,
        "soccer ball": 0,
        "basketball": 4,
        "baseball": 0,
        "none": 0,
    }
    tiles.nth(1).click()
    label.filter(has_text="soccer ball").click()
    app.page.locator(".count").filter(has_text="basketball").click()
    assert selected(app) == [1, 2, 3, 5]
    pressed = label.evaluate_all("all => all.slice(0, 3).map(e => e.ariaPressed)")
    assert pressed == ["mixed", "true", "false"]
    assert saved(app).labels == ((1, 1, 0), (0, 1, 0), (0, 1, 0), (0, 1, 0))


def test_removed_and_brought_back_by_mouse_and_by_keyboard(app, photos):
    app.open("your_photo")
    drop(app, *photos)
    tiles = app.page.locator(".tile")
    tiles.nth(0).click()
    press(app, "1", "ArrowRight", "Shift+ArrowRight", "Delete")
    assert tiles.count() == 4 and focus(app) == 1
    app.page.get_by_text("ball 3.png: PNG").wait_for()
    app.idle()
    app.page.get_by_role("button", name="Undo: 2 removed").click()
    assert tiles.count() == 6 and selected(app) == [1, 2]
    app.idle()
    press(app, "Control+a", "Backspace")
    assert tiles.count() == 0
    app.page.get_by_text("An example until you choose photos").wait_for()
    app.page.get_by_role("button", name="Undo: 6 removed").click()
    app.page.get_by_text("ball 0.png: PNG").wait_for()
    assert captions(app)[0] == "soccer"
    app.idle()
    app.page.get_by_role("button", name="Forget this photo").click()
    app.idle()
    assert tiles.count() == 5

    undo = app.page.get_by_role("button", name="Undo: 5 removed")
    tiles.nth(1).click()
    press(app, "Control+a", "Delete")
    expect(tiles).to_have_count(0)
    expect(undo).to_be_focused()
    expect(app.page.locator(".tiles")).to_be_hidden()
    app.page.get_by_text("An example until you choose photos").wait_for()
    app.idle()
    expect(undo).to_be_focused()
    press(app, "Control+z")
    expect(tiles).to_have_count(5)
    assert focus(app) == 0 and selected(app) == [0, 1, 2, 3, 4]
    press(app, "ArrowRight")
    assert focus(app) == 1, "the keyboard is at the tiles again"
    app.page.get_by_text("ball 2.png: PNG").wait_for()

    press(app, "Control+a", "Delete")
    app.page.get_by_text("5 removed photos wait").wait_for()
    app.idle()
    app.screenshot("your_photo-all-removed")
    app.page.get_by_role("button", name="Forget them").click()
    app.idle()
    expect(undo).to_have_count(0)
    expect(app.page.get_by_text("removed photos wait")).to_have_count(0)
    app.page.get_by_text("An example until you choose photos").wait_for()


def test_a_moved_frame_is_seen_on_the_tile_and_labels_made_meanwhile_stay(app, photos):
    app.open("your_photo")
    drop(app, *photos)
    app.page.locator(".tile").nth(1).click()
    app.page.get_by_text("ball 1.png: PNG").wait_for()
    app.idle()
    pixels = "e => Array.from(e.getContext('2d').getImageData(0, 0, 64, 64).data).join()"
    canvas = app.page.locator(".tile canvas").nth(1)
    before = canvas.evaluate(pixels)
    app.page.locator(".frame").focus()
    press(app, *"++++++++")
    app.page.wait_for_timeout(380)  # just before the frame's new place is told
    app.page.locator(".tile").nth(3).click()
    press(app, "1", "ArrowRight", "2")
    app.until(lambda: canvas.evaluate(pixels) != before)
    app.idle()
    assert canvas.evaluate(pixels) != before
    assert captions(app)[3:5] == ["soccer", "basketball"]
    back = saved(app)
    assert back.labels == ((1, 0, 0), (0, 1, 0))
    press(app, "Home")


def test_what_is_removed_can_be_brought_back_after_a_frame_was_moved(app, photos):
    app.open("your_photo")
    drop(app, *photos[:3])
    tiles = app.page.locator(".tile")
    tiles.nth(0).click()
    press(app, "1", "Delete")
    app.page.get_by_text("ball 1.png: PNG").wait_for()
    app.idle()
    app.page.locator(".frame").focus()
    press(app, *"++++++++")
    app.page.wait_for_timeout(800)
    app.idle()
    assert tiles.count() == 2
    app.page.get_by_role("button", name="Undo: 1 removed").click()
    app.page.get_by_text("ball 0.png: PNG").wait_for()
    back = saved(app)
    assert captions(app) == ["soccer", "not sorted", "not sorted"] and back.labels == ((1, 0, 0),)
    app.page.locator(".frame").focus()
    press(app, "Home")


def test_the_board_is_as_it_was_after_another_page(app, photos):
    app.open("your_photo")
    drop(app, *photos)
    app.page.locator(".tile").nth(2).click()
    press(app, "3", "ArrowRight", "Delete")
    app.idle()
    app.page.locator("[data-testid=stSidebarNav]").get_by_text("Overview").click()
    app.page.wait_for_selector("h1:has-text('neuron')")
    app.idle()
    app.page.locator("[data-testid=stSidebarNav]").get_by_text("Your photos").click()
    app.page.wait_for_selector(".tile")
    app.idle()
    assert captions(app) == ["not sorted", "not sorted", "baseball", "not sorted", "not sorted"]
    app.page.locator(".tile").nth(0).click()
    press(app, "1")
    assert saved(app).labels == ((1, 0, 0), (0, 0, 1))


@pytest.mark.parametrize("uploader", [0, 1])
def test_a_saved_zip_comes_back(app, photos, uploader):
    own = [read_own(photo["name"], photo["buffer"]) for photo in photos[:4]]
    labels = [(1, 0, 0), (0, 1, 1), (0, 0, 0), (0, 0, 1)]
    known = PhotoSet().add(*(photo.sorted_under(label) for photo, label in zip(own, labels, strict=True)))
    known = known.cropped(known.ids[1], 0.3, 0.6, 2.0)
    app.open("your_photo")
    drop(app, file("set.zip", to_zip(known), "application/zip"), uploader=uploader)
    assert captions(app) == ["soccer", "basketball+baseball", "none", "baseball"]
    told = app.page.get_by_text("4 photos have arrived: see further up.")
    assert told.count() == uploader, "by the uploader at the page's end, whose hand does not see the board"
    back = saved(app)
    assert back.ids == known.ids and back.labels == known.labels
    assert to_zip(back) == to_zip(known)


def test_fifty_photos_and_a_bad_one_on_a_phone(app):
    files = [file(f"{n}.jpg", encode(picture("RGB", 600 + n, 800), "JPEG")) for n in range(50)]
    files.insert(7, file("<b>bad</b>.jpg", files[0]["buffer"][:999]))
    app.open("your_photo", width=390, height=844)
    drop(app, *files)
    expect(app.page.locator(".tile")).to_have_count(50, timeout=20_000)
    app.idle()
    assert app.page.get_by_text("One file was left out. Everything else is here.").is_visible()
    assert app.page.get_by_text("<b>bad</b>.jpg: The JPEG file ends too early").is_visible()
    assert app.overflow() == 0
    tiles = app.page.locator(".tile")
    tiles.nth(0).click()
    for place in (1, 2):
        tiles.nth(place).locator(".check").click()
    assert small_letters(app, ".tiles") == []
    assert selected(app) == [0, 1, 2], "a finger has no shift key: the circle adds one more"
    app.page.get_by_role("toolbar").get_by_role("button", name="none").click()
    app.idle()
    assert counts(app)["none"] == 3
    app.screenshot("your_photo-390-fifty")
    app.as_seen(width=844, height=390, dark=False)  # it is laid on its side
    box = app.page.locator(".tiles").bounding_box()
    assert box["height"] < 240, "there is room to scroll the page beside them"


def test_sorting_goes_on_while_photos_are_read(app, photos):
    large = picture("RGB", 2000, 3000)
    files = [file(f"{n}.jpg", encode(large.crop((n, 0, 2900, 2000)), "JPEG")) for n in range(40)]
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
        "all": 46, "not sorted": 45, "soccer ball": 1, "basketball": 0, "baseball": 0, "none": 0,
    }  # fmt: skip
    assert captions(app)[0] == "soccer" and saved(app).labels == ((1, 0, 0),)


def test_photos_that_go_with_their_session_are_missed(app, photos):
    app.open("your_photo")
    gone = app.page.get_by_text("They were in memory only, and are gone")
    drop(app, *photos[:2])
    app.page.reload()
    app.idle()
    expect(gone).to_contain_text("2 photos were here before the page was reloaded or the app was restarted.")
    drop(app, photos[0])
    expect(gone).to_have_count(0)
    app.page.get_by_role("button", name="Forget this photo").click()
    app.idle()
    expect(app.page.locator(".tile")).to_have_count(0)
    app.page.reload()
    app.idle()
    assert gone.count() == 0, "forgotten by the hand, and so not missed"


def test_a_tab_that_was_duplicated_misses_no_photo_that_the_other_still_has(app, photos):
    app.open("your_photo")
    drop(app, *photos[:2])
    for here in (True, False):  # also where the other tab is on another page by now
        if not here:
            app.page.locator("[data-testid=stSidebarNav] a").filter(has_text="Goal 1").click()
            app.page.wait_for_url("**/one_ball*")
            app.idle()
        with app.page.context.expect_page() as opened:
            app.page.evaluate("window.open('/your_photo') && 0")  # with a copy of what this tab remembers
        other = App(app.url, opened.value)
        other.page.wait_for_selector("h1")
        other.page.wait_for_function("JSON.parse(sessionStorage.own_photos).photos === 0")
        other.page.wait_for_timeout(1500)  # longer than it waits for an answer
        other.idle()
        assert other.page.get_by_text("were here before").count() == 0
        other.page.close()
        assert not other.problems
    app.page.reload()
    app.idle()
    app.page.locator("[data-testid=stSidebarNav] a").filter(has_text="Your photos").click()
    expect(app.page.get_by_text("2 photos were here before")).to_be_visible()
    app.idle()


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
    with serve(folder=tmp_path) as started, visit(started.url, tab) as app:
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
            "(js.default({ data: Uint8Array.from(given), parentElement: window.host, "
            "setStateValue: (_, hand) => window.told.push(hand) }), null)",
            list(self.packed[-1]),
        )

    def press(self, selector: str, key: str = "") -> None:
        self.run(
            "(([at, key]) => { const node = window.host.querySelector(at); if (!key) return node.click(); "
            "node.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })) })(given)",
            [selector, key],
        )

    def told(self) -> Hand:
        said = self.run("new Promise((done) => setTimeout(() => done(window.told.at(-1)), 300))")
        hand = Hand.read(said)
        assert hand is not None
        return hand

    def close(self) -> None:
        self.run("window.host.remove()")


@pytest.fixture
def alone(javascript, monkeypatch) -> Iterator[Alone]:
    board = Alone(javascript(*photo_board.SCRIPTS), monkeypatch)
    yield board
    board.close()


def test_nothing_is_offered_that_a_new_sheet_no_longer_has(alone, photos):
    own = PhotoSet(tuple(read_own(photo["name"], photo["buffer"]) for photo in photos[:4]))
    a, b, *_ = own.ids
    alone.show(Sheet(1, 0, PhotoSet(own.photos[:3]), a))
    alone.press(".tile")
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
    alone.press(".undo")
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
