"""The confusion tables in Chromium, the very files, without the app: what a refresh may change."""

import base64

import numpy as np
import pytest
import torch

from core.confusion import CLASSES, confusion_matrix
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, SQUARED_ERROR
from tests.browser.drawn import INTER, LETTERS
from ui.components import script, style
from ui.live_training import confusion
from ui.live_training.mistakes import Mistakes
from ui.packing import pack


def logits(seed):
    return torch.randn(3, 200, generator=torch.Generator().manual_seed(seed)) * 2


Y = torch.randint(0, 2, (3, 200), generator=torch.Generator().manual_seed(9)).float()
PHOTOS = np.random.default_rng(0).integers(0, 256, (200, 64, 64, 3), dtype=np.uint8)


def mistakes(seed, at=0.0, runs=2):
    losses = (BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, SQUARED_ERROR)[:runs]
    return Mistakes(at, tuple(confusion_matrix(logits(seed), Y, loss) for loss in losses))


class Mounted:
    """The component on a blank page; `told` is what it set as its state."""

    def __init__(self, page):
        self.page = page
        page.goto("about:blank")
        page.evaluate(
            """async (source) => {
                const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0))
                const url = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }))
                window.module = await import(url)
                document.body.innerHTML = '<div id=host></div>'
                window.told = []
                window.mount = (data) => module.default({
                    data: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)), parentElement: host,
                    setStateValue: (name, value) => told.push([name, value]) })
            }""",
            base64.b64encode(script(*confusion.SCRIPTS).encode()).decode(),
        )

    def receive(self, seed, chosen="", view=None, withhold=(), runs=2, at=0.0):
        """The numbers after another step, as the app sends them, but for the photos in `withhold`."""
        header = confusion.header(mistakes(seed, at, runs), PHOTOS, Y.numpy(), chosen, view)
        photos = header["cell"]["photos"] if header["cell"] else []
        header["sent"] = [photo["key"] for photo in photos if photo["key"] not in withhold]
        pixels = PHOTOS[[photo["index"] for photo in photos if photo["key"] not in withhold]]
        packed = base64.b64encode(pack(header, {"pixels": pixels})).decode()
        self.page.evaluate("(data) => { mount(data) }", packed)
        return header

    def bring(self, seed, at, runs=2):
        """The numbers after another step, as the run's figure hands them on."""
        news = {"at": at, "tables": mistakes(seed, at, runs).tables()}
        self.page.evaluate("(detail) => { dispatchEvent(new CustomEvent('run-news', { detail })) }", news)

    def told(self):
        return self.page.evaluate("told.splice(0)")

    def cell(self, name, lane=0):
        return self.page.locator(".card").nth(lane).get_by_role("button", name=name)

    def pressed(self):
        return self.page.eval_on_selector_all(
            "td button[aria-pressed=true]", "all => all.map((b) => b.getAttribute('aria-label'))"
        )


@pytest.fixture(scope="module")
def tab_of_its_own(browser):
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    yield page
    page.close()


@pytest.fixture
def mounted(tab_of_its_own):
    problems = []

    def error(said):
        problems.append(str(said))

    tab_of_its_own.on("pageerror", error)
    yield Mounted(tab_of_its_own)
    tab_of_its_own.remove_listener("pageerror", error)
    assert not problems


def test_a_loss_stays_short(mounted):
    losses = [0, 1.934, 999.99, 999.996, 2278.4, 999_999, 6.02e37, None]
    said = mounted.page.evaluate("(losses) => losses.map(module.loss)", losses)
    assert said == ["0.00", "1.93", "999.99", "1,000", "2,278", "999,999", "6.0e+37", "–"]


def test_numbers_are_those_of_the_tables(mounted):
    header = mounted.receive(1)
    shown = mounted.page.eval_on_selector_all("td button b", "all => all.map((b) => Number(b.textContent))")
    assert shown == [count for lane in header["lanes"] for count in lane["counts"]]
    for lane in header["lanes"]:
        found = mounted.page.evaluate("(counts) => module.shares(counts, 5)", lane["counts"])
        counts = np.array(lane["counts"]).reshape(5, 5)
        np.testing.assert_allclose(
            np.array(found).reshape(5, 5), counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        )
    truth = int(confusion_matrix(logits(1), Y, BINARY_CROSS_ENTROPY).counts[0].sum())
    count = header["lanes"][0]["counts"][4]
    label = f"truth soccer ball, said none: {count} of {truth} photos"
    assert mounted.cell(label).count() == 1


def test_shades_bars_and_the_terms_of_a_photo_are_drawn_as_their_numbers_are(mounted):
    header = mounted.receive(1, chosen="A-soccer-none")
    ask = mounted.page.eval_on_selector_all
    shades = ask("td button", "all => all.map((b) => Number(b.style.getPropertyValue('--share')))")
    totals = ask("th.row small", "all => all.map((one) => Number(one.textContent))")
    counts = np.array([lane["counts"] for lane in header["lanes"]]).reshape(-1, 5)  # a row of a table each
    assert totals == counts.sum(axis=1).tolist()
    assert shades == pytest.approx(
        (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).flatten(), abs=6e-4
    )
    bars = ask(
        ".measures .track",
        "all => all.map((one) => [one.getAttribute('aria-label'), parseFloat(one.firstChild.style.width)])",
    )
    expected = []
    for lane in header["lanes"]:
        expected += [
            ("all three answers right", lane["accuracy"]),
            ("largest z at the one ball", lane["named"]),
        ]
        for k, ball in enumerate(("soccer ball", "basketball", "baseball")):
            expected += [(f"{name} of {ball}", lane[name][k]) for name in ("recall", "precision")]
    assert [tuple(bar) for bar in bars] == [
        (name, pytest.approx(100 * (v or 0), abs=1e-3)) for name, v in expected
    ]
    photos = header["cell"]["photos"]
    widths = ask(".tile .track i", "all => all.map((one) => parseFloat(one.style.width))")
    marks = ask(".tile .mark", "all => all.map((one) => one.textContent)")
    colours = ask(".tile .term", "all => all.map((one) => one.style.getPropertyValue('--fill'))")
    y_hat, y = (np.array([photo[name] for photo in photos]).flatten() for name in ("y_hat", "y"))
    assert len(photos) > 1 and widths == pytest.approx(100 * y_hat, abs=1e-3)
    assert marks == ["✗" if (p > 0.5) != (t > 0.5) else "" for p, t in zip(y_hat, y, strict=True)]
    assert colours == [one["colour"] for one in header["classes"][:3]] * len(photos)


def test_a_refresh_keeps_nodes_focus_and_choice(mounted):
    mounted.receive(1)
    mounted.cell("truth soccer ball, said none").click()
    [[name, value]] = mounted.told()
    assert (name, value["id"]) == ("cell", "A-soccer-none")
    mounted.page.keyboard.press("ArrowDown")
    mounted.page.evaluate("window.before = [...document.querySelectorAll('td button')]")
    # First numbers that were on their way before the click, then the answer to it, then a later step.
    for seed, chosen, view in (
        (2, "", None),
        (3, "A-soccer-none", value["view"]),
        (4, "A-soccer-none", value["view"]),
    ):
        mounted.receive(seed, chosen, view)
        [pressed] = mounted.pressed()
        assert pressed.startswith("truth soccer ball, said none")
        focus = mounted.page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focus.startswith("truth basketball, said none")
    assert mounted.page.evaluate(
        "[...document.querySelectorAll('td button')].every((button, i) => button === before[i])"
    )
    assert mounted.told() == []
    mounted.page.keyboard.press("Enter")
    assert mounted.told()[0][1]["id"] == "A-basketball-none"
    mounted.page.keyboard.press("Space")
    assert mounted.told()[0][1]["id"] == ""
    assert mounted.pressed() == []


def test_a_loss_that_is_switched_in_another_tab_leaves_the_focus_where_it_is(mounted):
    for runs in (1, 2):
        mounted.receive(1, at=runs, runs=runs)
        mounted.cell("truth soccer ball, said none").focus()
        mounted.page.keyboard.press("ArrowDown")
        found = mistakes(2, runs + 0.5, runs).tables()
        found["lanes"][0]["title"] = "tangled pairing"
        mounted.page.evaluate(
            "(detail) => { dispatchEvent(new CustomEvent('run-news', { detail })) }",
            {"at": runs + 0.5, "tables": found},
        )
        heading = mounted.page.locator(".lane-name").first.text_content()
        assert heading == "A" * (runs > 1) + "tangled pairing"
        named = mounted.page.locator("table").first.get_attribute("aria-label")
        assert named.startswith(f"Confusion table of {'A, ' * (runs > 1)}tangled pairing: ")
        focus = mounted.page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focus and focus.startswith("truth basketball, said none")


def test_the_strip_shows_the_worst_first_with_terms_that_add_up(mounted):
    mounted.receive(1)
    mounted.cell("truth two or more, said none").click()
    view = mounted.told()[0][1]["view"]
    header = mounted.receive(1, "A-many-none", view)
    photos = header["cell"]["photos"]
    assert mounted.page.locator(".tile").count() == len(photos) > 0
    sums = mounted.page.locator(".tile .sum").all_inner_texts()
    expected = [f"L = {' + '.join(photo['terms'])} = {photo['L']}" for photo in photos]
    assert sums == expected
    drawn = mounted.page.evaluate(
        "[...document.querySelector('.tile canvas').getContext('2d').getImageData(0, 0, 64, 64).data]"
    )
    assert np.array_equal(np.array(drawn).reshape(64, 64, 4)[..., :3], PHOTOS[photos[0]["index"]])


def test_what_was_read_later_counts_whichever_way_it_came(mounted):
    """The run's figure brings numbers while it trains, the page with its own runs."""

    def shown():
        return mounted.page.eval_on_selector_all("td button b", "all => all.map((b) => +b.textContent)")

    def counts(seed):
        return [count for lane in mistakes(seed).tables()["lanes"] for count in lane["counts"]]

    mounted.receive(1, at=10)
    mounted.bring(2, at=12)
    assert shown() == counts(2) != counts(1)
    mounted.bring(3, at=11)
    mounted.receive(1, at=11.5)
    assert shown() == counts(2), "older ones that were late"
    mounted.receive(4, at=13)
    assert shown() == counts(4)
    mounted.bring(5, at=14, runs=3)
    assert mounted.page.locator(".card").count() == 3 and shown()[:50] == counts(5)


def test_newer_numbers_have_the_server_asked_which_photos_the_chosen_cell_has_now(mounted):
    mounted.page.clock.install()
    mounted.receive(1, at=1)
    mounted.bring(2, at=2)
    mounted.page.clock.run_for(10_000)
    assert mounted.told() == [], "no cell is chosen"
    mounted.cell("truth soccer ball, said none").click()
    [[_, first]] = mounted.told()
    mounted.receive(2, "A-soccer-none", first["view"], at=2.5)
    for at in (3, 4, 5):  # however many come meanwhile
        mounted.bring(at, at=at)
    assert mounted.told() == [], "not at once"
    mounted.page.clock.run_for(2_000)
    [[_, again]] = mounted.told()
    assert (again["id"], again["view"]) == ("A-soccer-none", first["view"])
    assert again != first, "the same said twice would not be heard"


def test_photos_that_come_late_and_are_older_than_the_numbers_are_asked_for_again(mounted):
    """A page that was slow to draw: the run has come to rest meanwhile, and no more news will come."""
    mounted.page.clock.install()
    mounted.receive(1, at=1)
    mounted.cell("truth soccer ball, said none").click()
    mounted.page.get_by_role("button", name="close").click()
    view = mounted.told()[-1][1]["view"]
    mounted.receive(1, "", view, at=2)
    mounted.bring(2, at=5)
    mounted.receive(1, "A-soccer-none", view, at=4)
    mounted.page.clock.run_for(2_000)
    [[_, asked]] = mounted.told()
    assert (asked["id"], asked["view"]) == ("A-soccer-none", view)
    mounted.receive(2, "A-soccer-none", view, at=6)
    mounted.page.clock.run_for(10_000)
    assert mounted.told() == [], "now they are as new"


def test_lost_photos_are_asked_for_again(mounted):
    mounted.receive(1)
    mounted.cell("truth two or more, said none").click()
    view = mounted.told()[0][1]["view"]
    keys = [photo["key"] for photo in mounted.receive(1, "A-many-none", view)["cell"]["photos"]]
    # Those that the view has need not come again.
    mounted.receive(1, "A-many-none", view, withhold=keys)
    assert mounted.page.locator(".tile").count() == len(keys)
    # One that never came is missed, by a view with a new name, to which the server sends everything.
    mounted.page.evaluate("Date.now = () => performance.timeOrigin + performance.now() + 10_000")
    other = [
        photo["key"]
        for photo in confusion.header(mistakes(5), PHOTOS, Y.numpy(), "A-many-none", view)["cell"]["photos"]
    ]
    mounted.receive(5, "A-many-none", view, withhold=other)
    [[_, value]] = mounted.told()
    assert value["id"] == "A-many-none" and value["view"] != view
    mounted.receive(5, "A-many-none", value["view"])
    assert mounted.page.locator(".tile").count() == len(other)
    assert mounted.told() == []


def test_a_link_makes_the_view_known_once(mounted):
    mounted.receive(1, "B-none-soccer", None)
    [[_, value]] = mounted.told()
    assert value["id"] == "B-none-soccer"
    mounted.receive(1, "B-none-soccer", value["view"])
    assert mounted.told() == []


def test_arrow_keys_stay_inside(mounted):
    calls = [
        [key, r, c, 5] for key in ("ArrowLeft", "ArrowUp", "Home", "PageUp") for r in (0, 2) for c in (0, 3)
    ]
    found = mounted.page.evaluate("(calls) => calls.map((args) => module.step(...args))", calls)
    expected = []
    for key, r, c, _ in calls:
        to = {"ArrowLeft": (r, c - 1), "ArrowUp": (r - 1, c), "Home": (r, 0), "PageUp": (0, c)}[key]
        expected.append([max(0, v) for v in to])
    assert found == expected
    assert mounted.page.evaluate("module.step('a', 1, 1, 5)") is None
    assert mounted.page.evaluate("module.step('ArrowDown', 4, 4, 5)") == [4, 4]


def test_keys_on_a_cell_are_the_cells(mounted):
    """The keys of the page listen before anybody else, so they have to see whose a key is."""
    mounted.receive(1)
    keys = base64.b64encode(script("training/keys").encode()).decode()
    mounted.page.evaluate(
        """async (source) => {
          const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0))
          const url = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }))
          window.heard = []
          const keys = await import(url)
          window.deaf = keys.listen((what) => heard.push(what))
        }""",
        keys,
    )
    cell = mounted.cell("truth soccer ball, said soccer ball")
    cell.focus()
    for key in ("ArrowRight", "End", "ArrowLeft", "Home", "Space", "Escape", "r"):
        mounted.page.keyboard.press(key)
    assert mounted.page.evaluate("heard") == ["leave", "reset"]
    mounted.page.evaluate("window.deaf()")


def test_every_class_has_a_row_and_a_column(mounted):
    mounted.receive(1)
    assert mounted.page.locator(".card").first.get_by_role("button").count() == len(CLASSES) ** 2
    assert mounted.page.locator(".letter").all_inner_texts() == ["A", "B"]


def test_a_run_alone_is_not_called_A_where_there_is_no_B(mounted):
    mounted.receive(1, "A-soccer-none", runs=1)
    title = mounted.page.locator(".below .title")
    assert mounted.page.locator(":is(.letter, .dash)").count() == 0
    assert title.inner_text().startswith("truth: soccer ball · said: none · ")
    said = mounted.page.locator("table").get_attribute("aria-label")
    assert said == "Confusion table of Goal 2’s loss (binary cross-entropy): rows truth, columns said"
    mounted.receive(1, "A-soccer-none", runs=2)
    assert title.inner_text().startswith("A · truth: soccer ball")


def test_no_table_stands_alone_in_a_row_after_two(mounted):
    """820 px beside the sidebar of a window of 1280: three have no room there, and stand cell under cell."""
    page = mounted.page
    page.evaluate(LETTERS, INTER)
    letters = "body { margin: 0; --st-font: Inter }"
    page.add_style_tag(content=style("confusion/parts", "confusion/tables") + letters)
    for runs, columns_at in (
        (3, {1100: 3, 820: 1, 688: 1, 358: 1}),
        (2, {1100: 2, 820: 2}),
        (1, {820: 1}),
    ):
        mounted.receive(1, runs=runs)
        for width, columns in columns_at.items():
            page.set_viewport_size({"width": width, "height": 900})
            assert_the_tables_stand_in_columns(page, width, runs, columns)
        if 358 in columns_at:
            assert_a_phone_s_tables_are_read(page)


def assert_the_tables_stand_in_columns(page, width, runs, columns):
    places = page.eval_on_selector_all(".card", "all => all.map((e) => e.getBoundingClientRect().toJSON())")
    assert len(places) == runs and len({round(place["left"]) for place in places}) == columns, width
    assert len({round(place["top"]) for place in places}) == runs // columns, width
    table_, shares = (page.locator(part).first.bounding_box() for part in ("table", ".measures"))
    beside = shares["x"] >= table_["x"] + table_["width"]
    assert beside == (columns == 1 and width > 640), width
    sizes = page.eval_on_selector_all(
        "td button b", "all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 15, width


def assert_a_phone_s_tables_are_read(page):
    """Also with as many digits as a count can have."""
    words = page.locator("table :is(th, td, small, th span):not(:empty)")
    letters = "all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))"
    wide = "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
    beyond = """all => all.filter((e) =>
      e.getBoundingClientRect().right > e.closest('tr').querySelector('td').getBoundingClientRect().left
    ).map((e) => e.parentElement.innerText)"""
    counts = page.locator(".row small")
    assert counts.count()
    for width in (358, 328, 288):
        page.set_viewport_size({"width": width, "height": 900})
        assert min(words.evaluate_all(letters)) >= 12, width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("th, td, td button").evaluate_all(wide) == [], width
        counts.evaluate_all("all => all.forEach((e) => (e.textContent = '999'))")
        assert counts.evaluate_all(beyond) == [], f"below the first cell: {width}"
