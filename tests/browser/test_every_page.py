"""Every page opens in a real browser, in both themes, in a hall and on a phone, and asks no other host."""

import ast
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import (
    focus,
    forced_colours,
    heard,
    lecture_hall,
    on_paper,
    one_line,
    overview,
    signed_cells,
)
from tests.browser.back import assert_back_undoes_what_a_hand_has_done_to_the_logits
from tests.browser.conftest import App
from tests.browser.gallery import IN_SIGHT, chosen
from tests.browser.letters import HALL, too_small_for_the_last_row
from tests.browser.links import query
from tests.browser.rooms import heights
from tests.browser.training import restyled
from tests.browser.wcag import faults
from ui.rooms import BANDS, PARAGRAPHS, ROOMS, UPLOADERS, WIDTHS

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
# The rows of choices that are wider than what is seen of them.
CUT = """all => all.flatMap(row => [row, ...row.querySelectorAll('*')])
  .filter(e => e.clientWidth > 40 && e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"""
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
# What cannot be read on the page's ground of the words of Plotly's figures, or seen of their lines. A ground
# of their own may be that of another theme.
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
  const grounds = all('.main-svg').filter((one) => !/, 0[)]$/.test(getComputedStyle(one).backgroundColor))
  const found = [...words, ...lines, ...gaps, ...grounds]
  return found.map((part) => part.textContent || part.parentElement.className.baseVal)
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
# By how many pixels a component may be lower where its formulas, in MathML, have another font of the system.
MORE_OR_LESS = {"training-figure": 12}
# What the arrow keys move.
HANDS = {
    "one_ball": (".neuron [data-part=ball]", ".neuron [data-part=pixel]", ".neuron [role=radio]"),
    "three_balls": (".gallery .tile", ".three [role=slider]", ".logits [role=slider]", ".recall svg"),
    "propagation": (".propagation [data-t]",),
    "hidden_layers": (".wall [role=option]", ".flow svg"),
    "why_now": ("svg[role=slider]",),
}
FIGURES = {"three_balls": 1, "unique_ball": 2, "house_prices": 1}
LINKS = {path: f"{path}?photo=64-21" for path in ("one_ball", "unique_ball", "hidden_layers", "propagation")}
LINKS["unique_ball"] += "&z=1.5,0.5,-1"


def assert_no_line_begins_with_the_mark_behind_a_longer_formula_however_wide_it_is(app):
    astray = f"""(formulas) => {{
      const found = new Set(), longer = formulas.filter((one) => one.getBoundingClientRect().width > 50)
      for (let wide = 250; wide < 820; wide += 3) {{
        for (const formula of longer) formula.closest('p').style.width = `${{wide}}px`
        for (const words of ({ASTRAY})(longer)) found.add(words)
      }}
      for (const formula of longer) formula.closest('p').style.width = ''
      return [...found]
    }}"""
    assert app.page.locator("p .katex:not(.katex-display *)").evaluate_all(astray) == []


def assert_what_is_nothing_stands_out_least(app):
    """By day and by night."""
    signed_cells.assert_what_is_nothing_stands_out_least(app, *TABLES[urlsplit(app.page.url).path.strip("/")])


TABLES = {
    "unique_ball": (".jacobian table", ".derivatives table"),
    "house_prices": (".networks table", ".agreement .tables"),
    "broadcasting": (".mover",),
}
# What more is asked of a page in a window of this width, in which it stands open.
MORE: dict[str, dict[int, tuple[Callable[[App], None], ...]]] = {
    "": {
        **dict.fromkeys((1920, 820, 320), (overview.assert_the_arrow_begins_at_the_photo_and_leads_to_x,)),
        1280: (
            overview.assert_the_arrow_begins_at_the_photo_and_leads_to_x,
            overview.assert_a_shape_is_not_broken_where_a_browser_sets_letters_wider,
            overview.assert_no_part_of_it_is_cut_where_a_sheet_ends,
        ),
        1024: (overview.assert_the_arrow_begins_at_the_photo_and_leads_to_x,),
        360: (
            overview.assert_the_arrow_begins_at_the_photo_and_leads_to_x,
            focus.assert_what_has_the_focus_is_seen_with_its_ring_forth_and_back,
        ),
    },
    "why_now": {1280: (on_paper.assert_a_chart_of_a_wider_window_shrinks_with_its_place_and_leaves_no_room,)},
    "one_ball": {
        1920: (lecture_hall.assert_the_pixels_under_the_pointer_are_those_that_are_meant,),
        1280: (on_paper.assert_the_curve_of_a_wider_window_is_not_squeezed,),
        320: (assert_no_line_begins_with_the_mark_behind_a_longer_formula_however_wide_it_is,),
    },
    "three_balls": {
        1920: (
            lecture_hall.assert_words_in_figures_by_plotly_lie_apart_and_inside,
            one_line.assert_a_neuron_s_answer_and_its_label_stand_alike_in_each_card,
            lecture_hall.assert_a_chart_reads_out_the_column_under_the_pointer,
        ),
        1280: (
            lecture_hall.assert_words_in_figures_by_plotly_lie_apart_and_inside,
            one_line.assert_a_neuron_s_answer_and_its_label_stand_alike_in_each_card,
            on_paper.assert_a_plotly_figure_of_a_wider_window_shrinks_with_its_place,
            on_paper.assert_a_chart_of_a_wider_window_shrinks_with_its_place_and_leaves_no_room,
            on_paper.assert_a_sheet_holds_as_much_as_a_window_of_1280_pixels,
        ),
        **dict.fromkeys(
            (1024, 820), (one_line.assert_a_neuron_s_answer_and_its_label_stand_alike_in_each_card,)
        ),
        **dict.fromkeys(
            (360, 320),
            (
                one_line.assert_a_neuron_s_answer_and_its_label_stand_alike_in_each_card,
                one_line.assert_each_sum_of_a_table_and_what_it_does_take_one_line_on_a_phone,
                one_line.assert_the_switches_of_a_label_stand_in_a_row,
            ),
        ),
    },
    "unique_ball": {
        1920: (lecture_hall.assert_words_in_figures_by_plotly_lie_apart_and_inside,),
        1280: (
            lecture_hall.assert_words_in_figures_by_plotly_lie_apart_and_inside,
            assert_what_is_nothing_stands_out_least,
            on_paper.assert_no_triangle_loses_its_lower_corners_to_the_next_sheet,
            focus.assert_what_has_the_focus_is_seen_with_its_ring_forth_and_back,
            forced_colours.assert_a_slider_has_a_track_and_a_thumb_where_colours_are_the_system_s,
        ),
        820: (assert_what_is_nothing_stands_out_least, on_paper.assert_a_photo_stays_beside_its_figure),
        320: (
            assert_back_undoes_what_a_hand_has_done_to_the_logits,
            one_line.assert_the_switches_of_a_label_stand_in_a_row,
        ),
    },
    "training": {
        **dict.fromkeys(
            (1920, 1024), (one_line.assert_how_many_photos_stands_at_the_same_place_in_each_column,)
        ),
        1280: (
            one_line.assert_how_many_photos_stands_at_the_same_place_in_each_column,
            on_paper.assert_the_curves_of_a_live_run_stand_beside_its_pictures_not_under_them,
        ),
    },
    "hidden_layers": {
        820: (on_paper.assert_what_scrolls_in_a_window_does_not_on_a_sheet,),
        320: (focus.assert_in_a_low_window_the_sum_of_a_neuron_does_not_cover_the_one_that_has_the_focus,),
    },
    "house_prices": {
        1920: (
            partial(lecture_hall.assert_a_seed_has_its_buttons, key="start"),
            lecture_hall.assert_words_in_figures_by_plotly_lie_apart_and_inside,
        ),
        1280: (
            lecture_hall.assert_words_in_figures_by_plotly_lie_apart_and_inside,
            assert_what_is_nothing_stands_out_least,
        ),
        820: (assert_what_is_nothing_stands_out_least,),
    },
    "propagation": {
        1920: (lecture_hall.assert_no_equation_and_no_line_of_code_goes_on_in_the_next_line,),
        1280: (
            lecture_hall.assert_no_equation_and_no_line_of_code_goes_on_in_the_next_line,
            on_paper.assert_the_diagram_of_a_wider_window_is_as_wide_as_the_sheet,
        ),
    },
    "broadcasting": {
        1280: (
            assert_what_is_nothing_stands_out_least,
            on_paper.assert_a_chart_of_a_wider_window_shrinks_with_its_place_and_leaves_no_room,
        ),
        820: (assert_what_is_nothing_stands_out_least,),
        360: (focus.assert_on_a_phone_what_is_said_of_a_board_does_not_cover_the_cell_that_has_the_focus,),
        320: (assert_no_line_begins_with_the_mark_behind_a_longer_formula_however_wide_it_is,),
    },
    "your_photo": {
        1920: (
            lecture_hall.assert_a_photo_and_the_pixels_that_the_neurons_see_of_it_are_larger_too_and_in_whole_ones,
        ),
        1280: (
            one_line.assert_how_z_came_about_takes_one_line,
            on_paper.assert_a_heading_stays_with_the_component_below_it,
        ),
        360: (one_line.assert_how_z_came_about_takes_one_line,),
    },
}
# What is asked of a page at the end, for it does not leave that as it was.
LAST: dict[str, tuple[Callable[[App], None], ...]] = {
    "training": (
        lecture_hall.assert_one_run_that_fills_the_screen_tells_the_scale_of_its_pictures,
        restyled.assert_no_transition_begins_at_an_expander_while_its_page_runs,
        lecture_hall.assert_the_stage_has_sizes_of_its_own_and_the_page_its_own_again,
        restyled.assert_a_number_that_changes_restyles_a_few_elements,  # it leaves words where numbers stood
    ),
}


@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole_in_a_hall_on_a_desk_and_on_a_phone_and_leaves_the_browser_its_keys(app, path):
    """In a hall its last row reads every caption and letter of a figure; then in a window by day, then in the
    same tab on a tablet and on phones by night. No frame and no worker of it asks another host.
    """
    app.hear_every_request()
    app.open(LINKS.get(path, path), **HALL)
    if path == "hidden_layers":  # a new server looks at photos first
        expect(app.page.get_by_test_id("stProgress")).to_have_count(0)
        app.idle()
    figures = app.page.locator("[data-testid=stPlotlyChart] .js-plotly-plot")
    expect(figures).to_have_count(FIGURES.get(path, 0), timeout=60_000)  # that of the houses after a training
    assert too_small_for_the_last_row(app) == []
    assert_it_has_room(app)
    ask_more(app, path)

    app.as_seen(width=1280, height=900, dark=False)
    app.idle()
    assert_it_is_whole(app, path)
    app.screenshot(f"{path or 'overview'}-light")
    ask_more(app, path)
    if 1024 in MORE[path]:
        app.as_seen(width=1024, height=768, dark=False)
        app.idle()
        ask_more(app, path)

    # A tablet; two common phones; the smallest one, or a window of 1,280 at 400 %.
    for width in (820, 390, 360, 320):
        app.as_seen(width=width, height=740, dark=True)
        app.idle()
        if width == 820:
            assert_it_can_be_read_by_night(app)
        assert_it_has_room(app)
        assert_its_words_and_formulas_are_not_broken(app, width)
        if width == 390 and path in LINKS:
            assert chosen(app) == query(app)["photo"] == "64-21"
            assert app.page.locator(".gallery").first.evaluate(IN_SIGHT)
        app.screenshot(f"{path or 'overview'}-dark-{width}")
        ask_more(app, path)
    assert_what_the_arrow_keys_move_leaves_the_browsers_own_keys_alone(app, path)
    for look in LAST.get(path, ()):
        look(app)


def ask_more(app, path):
    for look in MORE[path].get(app.page.viewport_size["width"], ()):
        look(app)


def assert_it_has_room(app):
    assert app.overflow() == 0
    assert kept_otherwise_than_needed(app) == {}
    assert_what_is_kept_for_a_knob_is_what_it_takes(app)
    assert_what_is_kept_for_files_words_and_a_row_is_what_they_take(app)
    assert app.page.locator(".gallery").evaluate_all(TOUCHING) == []


def assert_it_is_whole(app, path):
    assert_it_has_room(app)
    assert app.page.locator("h1").first.is_visible()
    assert app.page.title().startswith(PAGES[path])
    assert app.page.locator("[data-testid=stException]").count() == 0
    assert faults(app.page) == []
    assert heard.faults(app.page) == []
    assert "Inter" in app.page.evaluate(LOADED_FONTS)
    assert app.page.evaluate(UNCOMPRESSED) == []
    formulas = app.page.locator(".katex-display")
    assert formulas.count() or path != "unique_ball"
    assert all(room >= 2 for room in formulas.evaluate_all(ROOM_ABOVE)), "for what stands out of its line"
    assert formulas.evaluate_all(SCROLLING) == [], "what scrolls is a stop for the keyboard"


def assert_it_can_be_read_by_night(app):
    ground = app.page.locator("[data-testid=stApp]").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(22, 26, 32)"
    assert app.page.locator("[data-testid=stPlotlyChart] .js-plotly-plot").evaluate_all(FAINT) == []
    assert faults(app.page, "color-contrast") == []
    assert app.page.evaluate(LOOSE) == []


def assert_its_words_and_formulas_are_not_broken(app, width):
    assert app.page.locator("h1").first.is_visible()
    assert app.page.locator(".katex-display").evaluate_all(BEYOND) == []
    assert app.page.locator(KNOBS).evaluate_all(WRAPPED) == []
    assert width < 360 or app.page.locator("[data-testid=stButtonGroup]").evaluate_all(CUT) == []
    in_words = app.page.locator("p .katex:not(.katex-display *)")
    assert width < 360 or in_words.evaluate_all(BROKEN) == []
    assert in_words.evaluate_all(ASTRAY) == []


def kept_otherwise_than_needed(app) -> dict[str, tuple[int, int]]:
    """The components for which ui/rooms.py keeps more than they take, or a third less: both heights."""
    width = app.page.viewport_size["width"]
    band = next(i for i, most in enumerate(BANDS) if most is None or width < most)
    app.until(lambda: all(heights(app.page).values()))  # what comes late, once the photos are rendered
    taken = heights(app.page)
    kept = {key: ROOMS[key][band] if key in ROOMS else 0 for key in taken}
    return {
        key: (kept[key], high)
        for key, high in taken.items()
        if not 0.67 * high <= kept[key] <= high + MORE_OR_LESS.get(key, 2)
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


# [kept, taken] in pixels: with the grey line that stands there first, or with no room kept, and as it is.
ROOM_OF = {
    "words": """(place) => {
      const words = place.querySelector('[data-testid=stMarkdownContainer]'), whole = [...words.childNodes]
      const high = () => place.getBoundingClientRect().height, taken = high()
      const grey = document.createElement('div')
      grey.dataset.testid = 'stSkeleton'
      words.replaceChildren(grey)
      const kept = high()
      words.replaceChildren(...whole)
      return [kept, taken]
    }""",
    "files": """(place) => [parseFloat(getComputedStyle(place).minHeight),
      place.firstElementChild.getBoundingClientRect().height]""",
    "row": """(place) => {
      const kept = parseFloat(getComputedStyle(place).minWidth)
      place.style.minWidth = '0'
      const taken = place.getBoundingClientRect().width
      place.style.minWidth = ''
      return [kept, taken]
    }""",
}


def assert_what_is_kept_for_files_words_and_a_row_is_what_they_take(app):
    """Or on a phone at most that, nor much less: what is below them would move when they come."""
    kept_for = [
        *(("words", f".st-key-{key}") for key in PARAGRAPHS),
        *(("files", f"[class*=st-key-{part}]") for part in UPLOADERS),
        *(("row", f".st-key-{key}") for key in WIDTHS),
    ]
    for kind, where in kept_for:
        for place in app.page.locator(where).all():
            kept, taken = place.evaluate(ROOM_OF[kind])
            assert 0.6 * taken <= kept <= taken + 2, f"{where}: {kept} for {taken}"


def assert_what_the_arrow_keys_move_leaves_the_browsers_own_keys_alone(app, path):
    """Alt and ← is Back, on a Mac ⌘ and ←: a lecturer who has just moved the ball means the browser."""
    for hand in HANDS.get(path, ()):
        part = app.page.locator(hand).first
        part.wait_for(state="attached", timeout=60_000)
        for modifier in ("altKey", "metaKey", "ctrlKey"):
            assert not part.evaluate(TAKEN, {"key": "ArrowLeft", modifier: True}), f"{hand}, {modifier}"
        assert part.evaluate(TAKEN, {"key": "ArrowLeft"}), hand
