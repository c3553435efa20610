"""Every page opens in a real browser, in both themes, in a hall and on a phone, and asks no other host."""

import ast
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.letters import HALL, too_small_for_the_last_row
from tests.browser.rooms import heights
from tests.browser.wcag import faults
from ui.rooms import BANDS, ROOMS

ROOT = Path(__file__).resolve().parents[2]


def pages() -> dict[str, str]:
    """URL path → title, as app.py names them."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "Page":
            named = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
            found[named.get("url_path", "")] = named["title"]
    return found


PAGES = pages()
TILE = ".gallery [role=radio]"
# The rows of choices that are wider than what is seen of them.
CUT = """all => all.flatMap(row => [row, ...row.querySelectorAll('*')])
  .filter(e => e.clientWidth > 40 && e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"""
# The history's length says nothing in a tab that many tests have used: it ends at 50.
COUNT_ENTRIES = """() => {
  const push = history.pushState.bind(history)
  history.pushState = (...given) => { window.entries += 1; push(...given) }
}"""
LOADED_FONTS = "[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)"
# Scripts and styles of the server, longer than a message needs anyway, that came as they are.
UNCOMPRESSED = """performance.getEntriesByType('resource')
  .filter(({ name, decodedBodySize: whole, encodedBodySize: came }) =>
    /[.](js|css)$/.test(new URL(name).pathname) && whole > 1000 && came >= whole)
  .map(({ name }) => name)"""
ROOM_ABOVE = "(formulas) => formulas.map((formula) => parseFloat(getComputedStyle(formula).paddingTop))"
SCROLLING = """(formulas) => formulas
  .filter((one) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
  .map((one) => one.textContent)"""
# Formulas of which something that is seen stands outside of their box, where it is cut off.
BEYOND = """(formulas) => formulas.filter((formula) => {
  const box = formula.getBoundingClientRect()
  return [...formula.querySelectorAll('.katex-html span')].some((part) => {
    const seen = /[^\\s\\u200b]/.test(part.textContent) && getComputedStyle(part).color !== 'rgba(0, 0, 0, 0)'
    if (part.childElementCount || !seen) return false
    const { left, right } = part.getBoundingClientRect()
    return left < box.left - 1 || right > box.right + 1
  })
}).map((formula) => formula.textContent)"""
# Formulas in a sentence that go on in the next line, though a phone's has room for them.
BROKEN = """(formulas) => formulas.filter((formula) => {
  const boxes = [...formula.querySelectorAll('.base')].map((part) => part.getBoundingClientRect())
  const wide = boxes.reduce((sum, box) => sum + box.width, 0)
  return wide < 280 && boxes.some((box, i) => i && box.left < boxes[i - 1].left)
}).map((formula) => formula.querySelector('annotation').textContent)"""
# Commas and full stops that begin a line, away from the formula before them.
ASTRAY = """(formulas) => formulas.filter((formula) => {
  const next = formula.nextSibling, mark = document.createRange()
  if (!/^[,.;:]/.test(next?.data ?? '')) return false
  mark.setStart(next, 0)
  mark.setEnd(next, 1)
  const line = formula.closest('p').getBoundingClientRect()
  return mark.getBoundingClientRect().left < line.left + 4
}).map((formula) => formula.nextSibling.data)"""
# Words in which a line may end within "J = 1.92": between a symbol, the sign behind it and a number.
LOOSE = """() => {
  const loose = /(?<![^\\s(])(Σ ŷ|[|]?\\p{L}[₁₂₃]?[|]?) [=≈<>] [−+]?[\\d½]|[|]\\u00a0/u, found = []
  const walk = (node) => {
    for (const child of [...node.childNodes, ...(node.shadowRoot?.childNodes ?? [])]) walk(child)
    if (node.nodeType !== Node.TEXT_NODE || !loose.test(node.data) || !node.parentElement) return
    const around = node.parentElement
    const said = !around.closest('.katex, code, pre, svg, style, script') && around.getClientRects().length
    if (said && getComputedStyle(around).whiteSpaceCollapse !== 'preserve'
      && getComputedStyle(around).textWrapMode !== 'nowrap') found.push(node.data)
  }
  walk(document.querySelector('[data-testid=stMain]'))
  return found
}"""
# What cannot be read on the page's ground of the words of Plotly's figures, or seen of their lines.
FAINT = """(figures) => {
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => linear(v / 255))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
  }
  const ground = light(getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor)
  const faint = (colour) => Math.max(ground, light(colour)) / Math.min(ground, light(colour)) < 4.5
  const all = (selector) => figures.flatMap((figure) => [...figure.querySelectorAll(selector)])
  const words = all('text:not(.bartext-inside)').filter((text) => faint(getComputedStyle(text).fill))
  const lines = all('.zerolinelayer path, .shapelayer path, .scatterlayer .point')
    .filter((line) => faint(getComputedStyle(line).stroke))
  const gaps = all('.barlayer path').filter((bar) => !faint(getComputedStyle(bar).stroke))
  return [...words, ...lines, ...gaps].map((part) => part.textContent || part.parentElement.className.baseVal)
}"""
# Whether the chosen photo is in the part of its row that is seen.
IN_SIGHT = """(gallery) => {
  const box = (part) => gallery.querySelector(part).getBoundingClientRect()
  const row = box('.row'), tile = box('[aria-checked=true]')
  return tile.left >= row.left && tile.right <= row.right
}"""
# Names under the pictures of a gallery that stand too close to the next picture's to be two.
TOUCHING = """(galleries) => galleries.flatMap((gallery) => {
  const end = (tile) => Math.max(...[...tile.querySelectorAll('.caption span')].map((line) => {
    const words = document.createRange()
    words.selectNode(line.firstChild)
    return words.getBoundingClientRect().right
  }))
  const tiles = [...gallery.querySelectorAll('.tile')].filter((tile) => tile.clientWidth)
  const close = (tile, i) => tile.getBoundingClientRect().left - end(tiles[i]) < 12
  return tiles.slice(1).filter(close).map((tile) => tile.innerText)
})"""
# Names of Live training's knobs that need a second line, and so push their slider down.
KNOBS = ".st-key-training_knobs [data-testid=stWidgetLabel] p"
WRAPPED = """(names) => names
  .filter((name) => name.clientHeight > 1.7 * parseFloat(getComputedStyle(name).lineHeight))
  .map((name) => name.innerText)"""
# A key to whatever has the focus; whether the page has taken it for itself.
TAKEN = """(element, given) => !element.dispatchEvent(
  new KeyboardEvent("keydown", { bubbles: true, composed: true, cancelable: true, ...given }))"""
# What the arrow keys move.
HANDS = {
    "one_ball": (".neuron [data-part=ball]", ".neuron [data-part=pixel]", ".neuron [role=radio]"),
    "three_balls": (".gallery .tile", ".three [role=slider]", ".logits [role=slider]", ".recall svg"),
    "propagation": (".propagation [data-t]",),
    "hidden_layers": (".wall [role=option]", ".flow svg"),
    "why_now": ("svg[role=slider]",),
}
FIGURES = {"three_balls": 1, "unique_ball": 2, "house_prices": 1}
WITH_PHOTO = ["one_ball", "three_balls", "unique_ball", "hidden_layers", "propagation"]


def chosen(app) -> str | None:
    """The id of the chosen tile of the page's first gallery."""
    return app.page.locator(f"{TILE}[aria-checked=true]").first.get_attribute("data-id")


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_in_a_hall_on_a_desk_and_on_a_phone_and_leaves_the_browser_its_keys(app, path):
    """In a hall its last row reads every caption and letter of a figure; then in a window by day, then in the
    same tab on a phone by night; a link's photo outlives a refresh.
    """
    link = f"{path}?photo=64-21" if path in WITH_PHOTO else path
    app.open(link, **HALL)
    if path == "hidden_layers":  # a new server looks at photos first
        expect(app.page.get_by_test_id("stProgress")).to_have_count(0)
        app.idle()
    assert kept_otherwise_than_needed(app) == {}
    assert_what_is_kept_for_a_knob_is_what_it_takes(app)
    assert too_small_for_the_last_row(app) == []
    assert app.overflow() == 0
    app.as_seen(width=1280, height=900, dark=False)
    app.idle()
    assert kept_otherwise_than_needed(app) == {}
    assert_what_is_kept_for_a_knob_is_what_it_takes(app)
    assert app.page.locator("h1").first.is_visible()
    assert app.page.title().startswith(PAGES[path])
    assert app.page.locator("[data-testid=stException]").count() == 0
    assert app.overflow() == 0
    assert app.page.locator(".gallery").evaluate_all(TOUCHING) == []
    assert faults(app.page) == []
    assert "Inter" in app.page.evaluate(LOADED_FONTS)
    assert app.page.evaluate(UNCOMPRESSED) == []
    formulas = app.page.locator(".katex-display")
    assert formulas.count() or path != "unique_ball"
    assert all(room >= 2 for room in formulas.evaluate_all(ROOM_ABOVE)), "for what stands out of its line"
    assert formulas.evaluate_all(SCROLLING) == [], "what scrolls is a stop for the keyboard"
    app.screenshot(f"{path or 'overview'}-light")
    figures = app.page.locator("[data-testid=stPlotlyChart] .js-plotly-plot")
    expect(figures).to_have_count(FIGURES.get(path, 0), timeout=60_000)  # that of the houses after a training

    app.as_seen(width=390, height=844, dark=True)
    app.idle()
    assert figures.evaluate_all(FAINT) == []
    assert faults(app.page, "color-contrast") == []
    if path in WITH_PHOTO:
        assert chosen(app) == "64-21"
        app.page.reload()
        app.page.wait_for_selector(TILE)
    app.idle()
    background = app.page.locator("[data-testid=stApp]").evaluate("e => getComputedStyle(e).backgroundColor")
    assert background == "rgb(22, 26, 32)"
    assert app.page.locator("h1").first.is_visible()
    app.screenshot(f"{path or 'overview'}-dark-390")
    assert app.overflow() == 0
    assert app.page.evaluate(LOOSE) == []
    assert app.page.locator("[data-testid=stButtonGroup]").evaluate_all(CUT) == []
    if path in WITH_PHOTO:
        assert chosen(app) == "64-21"
        tile = app.page.locator(f"{TILE}[aria-checked=true]").first.bounding_box()
        assert tile is not None and tile["x"] >= 0 and tile["x"] + tile["width"] <= 390 - 16, "in sight"
        assert parse_qs(urlsplit(app.page.url).query)["photo"] == ["64-21"]

    for width in (820, 360, 320):  # a tablet; a common phone; the smallest one, or a window of 1,280 at 400 %
        app.as_seen(width=width, height=740, dark=True)
        app.page.wait_for_timeout(300)  # what draws itself anew in another width has done so
        assert app.overflow() == 0
        assert kept_otherwise_than_needed(app) == {}
        assert_what_is_kept_for_a_knob_is_what_it_takes(app)
        assert app.page.locator(".gallery").evaluate_all(TOUCHING) == []
        assert formulas.evaluate_all(BEYOND) == []
        assert app.page.locator(KNOBS).evaluate_all(WRAPPED) == []
        in_words = app.page.locator("p .katex:not(.katex-display *)")
        assert width < 360 or in_words.evaluate_all(BROKEN) == []
        assert in_words.evaluate_all(ASTRAY) == []
    assert_what_the_arrow_keys_move_leaves_the_browsers_own_keys_alone(app, path)


def kept_otherwise_than_needed(app) -> dict[str, tuple[int, int]]:
    """The components for which ui/rooms.py keeps more than they take, or a third less: both heights."""
    width = app.page.viewport_size["width"]
    band = next(i for i, most in enumerate(BANDS) if most is None or width < most)
    taken = heights(app.page)
    kept = {key: ROOMS[key][band] if key in ROOMS else 0 for key in taken}
    return {
        key: (kept[key], taken[key]) for key in taken if not 0.67 * taken[key] <= kept[key] <= taken[key] + 2
    }


def assert_what_is_kept_for_a_knob_is_what_it_takes(app):
    """At least: in a narrow window its choices may take several lines."""
    knobs = app.page.locator("[data-testid=stMain] [data-testid=stElementContainer]:visible").filter(
        has=app.page.locator("[data-testid=stWidgetLabel]:visible"),
        has_not=app.page.locator(":is([data-testid=stFileUploader], [data-testid=stCheckbox])"),
    )
    found = knobs.evaluate_all(
        """all => all.map((knob) => [
             knob.className.match(/st-key-(\\S+)/)?.[1], parseFloat(getComputedStyle(knob).minHeight),
             knob.firstElementChild.getBoundingClientRect().height])"""
    )
    assert [(key, kept, takes) for key, kept, takes in found if not 0 < kept <= takes] == []


def assert_what_the_arrow_keys_move_leaves_the_browsers_own_keys_alone(app, path):
    """Alt and ← is Back, on a Mac ⌘ and ←: a lecturer who has just moved the ball means the browser."""
    for hand in HANDS.get(path, ()):
        part = app.page.locator(hand).first
        part.wait_for(state="attached", timeout=60_000)
        for modifier in ("altKey", "metaKey", "ctrlKey"):
            assert not part.evaluate(TAKEN, {"key": "ArrowLeft", modifier: True}), f"{hand}, {modifier}"
        assert part.evaluate(TAKEN, {"key": "ArrowLeft"}), hand


def ids(app) -> list[str]:
    return [tile.get_attribute("data-id") for tile in app.page.locator(TILE).all()]


@pytest.mark.parametrize("path", ["one_ball", "broadcasting"])
def test_no_line_begins_with_the_mark_behind_a_longer_formula_however_wide_it_is(app, path):
    app.open(path, width=1280)
    in_words = app.page.locator("p .katex:not(.katex-display *)")
    astray = f"""(formulas) => {{
      const found = new Set(), longer = formulas.filter((one) => one.getBoundingClientRect().width > 50)
      for (let wide = 250; wide < 820; wide += 3) {{
        for (const formula of longer) formula.closest('p').style.width = `${{wide}}px`
        for (const words of ({ASTRAY})(longer)) found.add(words)
      }}
      return [...found]
    }}"""
    assert in_words.evaluate_all(astray) == []


def test_gallery_keeps_the_chosen_photo_in_sight_when_a_phone_is_turned(app):
    app.open("one_ball", width=844, height=390)
    app.page.locator(TILE).last.click()
    app.idle()
    app.page.set_viewport_size({"width": 390, "height": 844})
    app.idle()
    assert app.page.locator(".gallery").first.evaluate(IN_SIGHT)


def test_gallery_by_keyboard_and_another_row_where_the_link_names_no_photo(app):
    app.open("one_ball?photo=<b>x</b>![](http://a.invalid/)")
    assert app.page.locator(f"{TILE}[aria-checked=true]").count() == 1
    assert app.page.get_by_text("The link names no photo").is_visible()
    row = ids(app)
    after = row[(row.index(chosen(app)) + 1) % len(row)]
    app.page.locator(f"{TILE}[aria-checked=true]").first.press("ArrowRight")
    app.idle()
    assert chosen(app) == after
    assert app.page.locator(f"{TILE}[aria-checked=true]").evaluate("e => e.getRootNode().activeElement === e")
    assert parse_qs(urlsplit(app.page.url).query)["photo"] == [after]
    app.page.get_by_role("button", name="Another").first.click()
    app.page.wait_for_function("before => !location.search.includes(before)", arg=after)
    app.idle()
    assert ids(app) and not set(ids(app)) & set(row)


def test_a_photo_pressed_just_after_the_menu_does_not_disturb_the_next_page(app):
    app.open("one_ball")
    # Where the server has not begun the Overview within 60 ms, Streamlit takes the last word.
    for _ in range(4):
        app.page.locator("[data-testid=stSidebarNav] a").filter(has_text="Overview").evaluate(
            "(link, tile) => { link.click(); setTimeout(() => tile.click(), 60) }",
            app.page.locator(f"{TILE}[aria-checked=false]").first.element_handle(),
        )
        app.page.wait_for_timeout(500)
        app.idle()
        if urlsplit(app.page.url).path == "/":
            break
    assert urlsplit(app.page.url).path == "/"
    app.page.wait_for_timeout(1000)  # the press comes back to the server, and what it brings to the page
    app.idle()
    assert app.page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
    assert app.page.get_by_role("link", name="Goal 3: exactly one ball").is_visible()


def test_the_menu_leads_back_to_a_page_as_it_was_left(app):
    app.open("three_balls?photo=64-5&auc=true")
    page = app.page
    order = page.get_by_test_id("stButtonGroup").filter(has_text="2 soccer ball").get_by_role("radio")
    order.nth(4).click()
    app.idle()
    left = page.url
    assert "photo=64-5" in left and "order=" in left and "auc=true" in left
    menu = page.locator("[data-testid=stSidebarNav] a")
    page.evaluate(COUNT_ENTRIES)
    for name, path in (("Overview", "/"), ("Goal 2", "/three_balls")):
        page.evaluate("window.entries = 0")
        menu.filter(has_text=name).click()
        page.wait_for_function("path => location.pathname === path", arg=path)
        app.idle()
    assert sorted(urlsplit(page.url).query.split("&")) == sorted(urlsplit(left).query.split("&"))
    assert order.nth(4).get_attribute("aria-checked") == "true"
    assert page.evaluate("window.entries") == 1, "the page with its whole link: “back” meets no half"


def test_the_menu_leads_back_to_the_walls_as_a_hand_has_left_them(app):
    app.open("hidden_layers")
    page = app.page
    chosen = page.get_by_role("option", selected=True)
    look, switch = page.get_by_role("listbox").first, page.locator("[aria-multiselectable=true]")
    for wall, neuron, link in ((look, "neuron 29", "neuron=29"), (switch, "neuron 3", "off=1.3")):
        wall.get_by_role("option", name=neuron, exact=True).click()
        page.wait_for_function("link => location.search.includes(link)", arg=link)
    app.idle()
    left = page.url, chosen.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    menu = page.locator("[data-testid=stSidebarNav] a")
    for name, path in (("Overview", "/"), ("Hidden layers", "/hidden_layers")):
        menu.filter(has_text=name).click()
        page.wait_for_function("path => location.pathname === path", arg=path)
        app.idle()
    assert chosen.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))") == left[1]
    assert sorted(urlsplit(page.url).query.split("&")) == sorted(urlsplit(left[0]).query.split("&"))


def test_the_browser_s_back_finds_a_page_as_it_was_left_by_the_menu_and_by_the_map(app):
    app.open("why_now")
    page = app.page
    runs = page.get_by_role("radio", name="2", exact=True)
    runs.click()
    app.idle()
    page.locator("[data-testid=stSidebarNav] a").filter(has_text="Overview").click()
    page.wait_for_function("location.pathname === '/'")
    app.idle()
    # Leaving, Streamlit wrote this page's link without its widgets' parameters: that is where Back leads.
    page.go_back()
    page.wait_for_url("**/why_now?runs=2")
    app.idle()
    assert runs.get_attribute("aria-checked") == "true"
    page.go_forward()
    page.wait_for_function("location.pathname === '/'")
    app.idle()
    on_the_map = page.get_by_role("link", name="Goal 3: exactly one ball")
    on_the_map.click()
    page.wait_for_url("**/unique_ball")
    app.idle()
    assert page.locator("h1").first.inner_text() == PAGES["unique_ball"]
    page.go_back()
    on_the_map.wait_for()


@pytest.mark.parametrize(
    ("path", "hand", "key", "link", "kept"),
    [
        ("one_ball", "Place of the ball", "Shift+ArrowLeft", "dx=-8", "moved 0 rows down, 8 columns left"),
        ("unique_ball", "z₁", "End", "z=8", "8.00"),
    ],
)
def test_back_undoes_what_a_hand_has_done_and_meets_no_half_of_a_link(app, path, hand, key, link, kept):
    app.open(path)
    page = app.page
    moved = page.get_by_role("slider", name=hand).first

    def stands(at: str, said: str, absent: str = "nothing") -> None:
        page.wait_for_function(
            "([there, gone]) => location.search.includes(there) && !location.search.includes(gone)",
            arg=[at, absent],
        )
        app.idle()
        expect(moved).to_have_attribute("aria-valuetext", re.compile(said))

    before = re.escape(moved.get_attribute("aria-valuetext") or "")
    moved.press(key)
    stands(link, kept)
    page.locator(".gallery").first.locator("[role=radio][aria-checked=false]").first.click()
    stands("photo=", r"\d", absent=link)
    page.go_back()
    stands(link, kept, absent="photo=")
    page.go_back()
    stands("", before, absent=link)
    moved.press(key)  # the same move as before is heard again
    stands(link, kept)


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        (
            "three_balls",
            (
                ("y₂ basketball", "[role=switch]", "label=111"),
                ("1 soccer ball · 2 baseball", "[role=radio]", "order=soccer-baseball-basketball"),
            ),
        ),
        (
            "hidden_layers",
            (("[aria-multiselectable=true] [role=option] >> nth=3", "[role=option]", "off=1.4"),),
        ),
    ],
)
def test_back_undoes_a_choice_that_stands_in_the_link_and_forward_makes_it_again(app, path, choices):
    app.open(path)
    for n, (choice, of, link) in enumerate(choices):
        if n:  # as the page was opened
            app.page.go_back()
        assert_back_undoes_a_choice_and_forward_makes_it_again(app, choice, of, link)


def assert_back_undoes_a_choice_and_forward_makes_it_again(app, choice, of, link):
    page = app.page
    made = page.locator(choice) if "[" in choice else page.get_by_text(choice)
    choices = page.locator(of)

    def stands(there: str) -> list[bool]:
        page.wait_for_function("there => location.search === there", arg=there)
        app.idle()
        found: list[bool] = choices.evaluate_all(
            "all => all.map((one) => one.matches(':checked, [aria-checked=true], [aria-selected=true]'))"
        )
        return found

    made.wait_for(timeout=60_000)
    before = stands("")
    made.click()
    after = stands(f"?{link}")
    assert after != before
    page.go_back()
    assert stands("") == before
    page.go_forward()
    assert stands(f"?{link}") == after
