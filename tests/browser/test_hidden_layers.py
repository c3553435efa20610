"""The walls of "Hidden layers" in Chromium: sorted, looked into, switched off; by hand and by keyboard."""

import base64
import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.letters import large_letters, small_letters
from ui.hidden_layers.random_starts import before, contents
from ui.packing import pack

WEIGHT_WALL = ("unpack", "elements", "numbers", "pictures", "hidden_layers/weight_wall")
SYMMETRY = (
    "unpack",
    "elements",
    "numbers",
    "pictures",
    "stand_apart",
    "hidden_layers/symmetry_chart",
    "hidden_layers/symmetry",
)
WALL = {
    "of": "a", "label": "", "count": 11, "legend": "", "scale": ["", "", ""], "order": "", "chosen": None,
    "orders": [{"id": "", "name": "number", "plain": True}], "off": [], "link": False, "names": None,
    "mode": "switch", "hint": "", "step": 8, "hears": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def js(javascript):
    return javascript(*WEIGHT_WALL)


def test_sorted_as_python_sorts(js):
    values = [0.5, -1, 3, 0.5, 3, 0]
    assert js("js.sorted(given, 6)", values) == sorted(range(6), key=lambda i: (-values[i], i))
    assert js("js.sorted(null, 4)") == [0, 1, 2, 3]
    assert js("[1, 2, 3, 4, 11, 12, 13, 21, 112].map(js.ordinal)") == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]
    )


def test_the_button_says_how_many_are_left(js):
    pictures = np.zeros((11, 64 * 64 * 3), np.uint8)
    for off, said in (
        ((), "The next 8 in this order off"),
        (range(3), "The next 8 in this order off"),
        (range(6), "The next 5 in this order off"),
        (range(10), "The next in this order off"),
    ):
        packed = base64.b64encode(pack({**WALL, "off": list(off)}, {"pictures": pictures})).decode()
        text = js(
            "(() => { const host = document.body.appendChild(document.createElement('div'));"
            " const data = Uint8Array.from(atob(given), (c) => c.charCodeAt(0));"
            " js.default({ data, parentElement: host });"
            " const said = host.querySelector('.tool').textContent; host.remove(); return said })()",
            packed,
        )
        assert text == said


def studied(app):
    """The photos are rendered and looked at, and what each neuron adds to the outputs is on its card."""
    for said in ("on the test photos are right", "Adds to z of each output"):
        expect(app.page.get_by_text(said).first).to_be_visible(timeout=120_000)
    app.idle(120)


def test_walls_are_sorted_neurons_looked_into_made_to_climb_and_switched_off(app):
    asked = "hidden_layers?neuron=999&later=20&climb_layer=outputs&off=1.64&paths=all open"
    app.open(asked, patience=180.0)
    studied(app)
    assert_the_neuron_of_the_card_is_the_one_that_is_chosen_on_the_wall(app)
    assert_a_wall_is_sorted_and_a_neuron_looked_into(app)
    assert_the_32_pictures_of_a_later_layer_are_large_beside_their_card_and_seen_at_once(app)
    assert_the_outputs_have_a_card_each(app)
    assert_the_link_has_the_neuron_of_the_flow(app)
    assert_neurons_are_switched_off_on_a_phone(app)
    assert_neurons_climb(app)
    assert_narrow_cards_keep_factors_in_one_line_and_a_number_with_its_sign(app)


def assert_a_wall_is_sorted_and_a_neuron_looked_into(app):
    wall = app.page.locator(".wall").first
    assert wall.get_by_role("option").count() == 64
    wall.get_by_role("option", name="neuron 57").click()
    app.page.mouse.move(0, 0)  # off what the page will move under it
    expect(wall.get_by_role("option", selected=True)).to_have_accessible_name("neuron 57")
    expect(app.page.locator(".card").first).to_contain_text("Neuron 57 of layer 1")
    card, lit = app.page.locator(".card").first, wall.locator(".tile.cited")
    left, right = wall.bounding_box(), card.bounding_box()
    assert right["x"] >= left["x"] + left["width"] and abs(right["y"] - left["y"]) < 20  # beside each other
    cited = app.page.locator(".layers .seen .cite").filter(has_text=re.compile("^39$"))
    cited.focus()
    expect(lit).to_have_accessible_name("neuron 39")
    app.page.keyboard.press("Enter")
    expect(wall.get_by_role("option", name="neuron 39")).to_be_focused()
    expect(card).to_contain_text("Neuron 39 of layer 1")
    expect(lit).to_have_count(0)
    app.idle()
    assert wall.bounding_box()["y"] == pytest.approx(72, abs=2)  # it leads there, below the page's own head
    wall.get_by_role("option", name="neuron 57").click()
    expect(card).to_contain_text("Neuron 57 of layer 1")
    rows = app.page.locator(".layers .patches")
    expect(rows).to_have_count(6 * 9)
    assert rows.locator("canvas").count() == 6 * 9 * 4
    expect(rows.first).to_have_accessible_name(re.compile(r"^Layer 1, neuron \d+, for soccer ball: "))
    expect(app.page.locator(".layers .row .tile").first).to_have_accessible_name(
        re.compile("^neuron 20 green")
    )
    sum_ = app.page.locator(".equation").first
    assert sum_.locator("canvas").count() == 7 and re.search(r"= *sum", " ".join(sum_.inner_text().split()))
    expect(wall.locator(".orders")).to_have_text(re.compile("^Sort bynumberor effect on:soccer ball"))
    wall.get_by_role("button", name="effect on: soccer ball").click()
    shown = [float(text) for text in wall.locator(".tile .text span").all_inner_texts()]
    assert len(shown) == 64 and shown == sorted(shown, reverse=True)
    beyond = "all => all.map((text) => text.scrollWidth - text.clientWidth)"  # it would lie over the next one
    assert max(wall.locator(".tile .text").evaluate_all(beyond)) <= 0
    first = wall.get_by_role("option").first
    first.hover()
    expect(wall.locator(".readout")).to_contain_text("1st of 64")
    app.idle()
    expect(wall.locator(".readout")).to_contain_text("1st of 64")
    first.focus()
    app.page.keyboard.press("ArrowRight")
    app.page.keyboard.press("Enter")
    app.idle()
    chosen = wall.get_by_role("option").nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    number = chosen.get_attribute("aria-label").split()[1]
    expect(app.page.locator(".card").first).to_contain_text(f"Neuron {number} of layer 1")
    expect(app.page.locator(".card").first.locator(".most canvas")).to_have_count(6)
    expect(app.page).to_have_url(
        re.compile(rf"neuron={number}\b.*sort=soccer|sort=soccer.*neuron={number}\b")
    )
    assert app.overflow() == 0
    app.page.go_back()
    expect(wall.get_by_role("option", selected=True)).to_have_accessible_name("neuron 57")
    expect(app.page.locator(".card").first).to_contain_text("Neuron 57 of layer 1")

    legend = app.page.locator(".wall .legend").nth(1)
    expect(legend).to_contain_text("(black)")
    all_open = legend.inner_text()
    app.page.get_by_text("as often as open", exact=True).click()
    app.idle()
    expect(legend).not_to_have_text(all_open, use_inner_text=True)


def assert_the_neuron_of_the_card_is_the_one_that_is_chosen_on_the_wall(app):
    first, later = (app.page.locator(f".st-key-hidden_{name} .wall") for name in ("first", "later"))
    cards = [app.page.locator(f".st-key-hidden_{name}_card") for name in ("first", "later")]
    for wall, card, chosen in zip((first, later), cards, ("neuron 1", "neuron 20"), strict=True):
        expect(wall.get_by_role("option", selected=True)).to_have_accessible_name(chosen)
        expect(card).to_contain_text(f"{chosen.capitalize()} of layer")


def assert_the_outputs_have_a_card_each(app):
    app.page.locator(".st-key-layer").get_by_text("outputs").click()
    later = app.page.locator(".st-key-hidden_later .wall")
    expect(app.page.locator(".st-key-hidden_later_card")).to_contain_text("soccer ball")
    expect(later.get_by_role("option", selected=True)).to_have_accessible_name("soccer ball")
    expect(later.locator(".readout")).to_have_text("soccer ball")


def assert_the_link_has_the_neuron_of_the_flow(app):
    """And its edges; what the link has heard takes nothing out of the hand."""
    app.page.locator(".flow .neuron").nth(64).click()
    app.page.wait_for_function("location.search.includes('flow=2-1')")
    slider = app.page.get_by_role("slider", name="Strongest edges drawn")
    slider.press("ArrowRight")
    app.page.wait_for_function("location.search.includes('edges=70')")
    slider.press("ArrowRight")
    app.page.wait_for_function("location.search.includes('edges=80')")
    expect(slider).to_be_focused()
    expect(slider).to_have_value("80")


def assert_the_32_pictures_of_a_later_layer_are_large_beside_their_card_and_seen_at_once(app):
    wall, card = app.page.locator(".wall").nth(1), app.page.locator(".card").nth(1)
    assert wall.get_by_role("option").count() == 32
    wall.get_by_role("button", name="effect on: soccer ball").click()
    for width in (1024, 1280):
        app.as_seen(width=width, height=900, dark=False)
        app.idle()
        assert wall.bounding_box()["height"] > 0.6 * card.bounding_box()["height"]
        assert wall.locator(".tiles").bounding_box()["height"] < 900 - 200
        assert wall.locator(".tile canvas").first.bounding_box()["width"] > 60
        beyond = "all => all.map((text) => text.scrollWidth - text.clientWidth)"
        assert max(wall.locator(".tile .text").evaluate_all(beyond)) <= 0


def assert_neurons_are_switched_off_on_a_phone(app):
    app.as_seen(width=390, height=844, dark=True)
    app.idle()
    assert app.page.locator(".wall .tiles").nth(1).bounding_box()["height"] <= 320, "a box that scrolls"
    off = app.page.locator(".wall").last
    expect(off.locator(".tile.off")).to_have_count(1)
    # On a phone the tiles are a box that scrolls, and the answers stand below it: one window holds both.
    box = off.locator(".tiles")
    tiles, answers = box.bounding_box(), app.page.locator(".lost").bounding_box()
    assert tiles["height"] < 340 and answers["y"] + answers["height"] - tiles["y"] < 844 - 60
    box.get_by_role("option", name="neuron 64").focus()
    assert box.evaluate("(tiles) => tiles.scrollTop") > 300
    off.get_by_role("option", name="neuron 4", exact=True).click()
    app.idle()
    expect(app.page).to_have_url(re.compile(r"off=1\.4(,|%2C)1\.64"))
    expect(app.page.get_by_text("2 neurons off")).to_be_visible()
    off.get_by_role("button", name="All of these on again").click()
    app.idle()
    expect(off.locator(".tile.off")).to_have_count(0)
    expect(app.page.get_by_text("With every neuron on")).to_be_visible()
    off.get_by_role("button", name="The next 8 in this order off").click()
    expect(off.locator(".tile.off")).to_have_count(8)
    app.idle()
    assert app.page.locator(".lost .row b", has_text="→").count() == 6
    off.get_by_role("button", name="answers lost without it: most").click()
    expect(app.page).to_have_url(re.compile("off_sort=lost"))


def assert_neurons_climb(app):
    app.page.get_by_role("button", name="Let all 3 climb").click()
    expect(app.page.get_by_text("Step 96 of 96")).to_be_visible(timeout=30_000)
    app.idle()
    pixel = "(c) => [...c.getContext('2d').getImageData(32, 32, 1, 1).data].slice(0, 3)"
    pictures = app.page.locator(".wall").nth(2).locator("canvas")
    assert pictures.count() == 3 and len({str(pictures.nth(k).evaluate(pixel)) for k in range(3)}) > 1
    assert app.overflow() == 0


def assert_narrow_cards_keep_factors_in_one_line_and_a_number_with_its_sign(app):
    app.page.set_viewport_size({"width": 1034, "height": 900})  # three narrow cards
    card, z = app.page.locator(".why .card").first, app.page.locator(".why .line b").first
    narrow = "(card) => card.getBoundingClientRect().width < 280"
    app.page.wait_for_function(narrow, arg=card.element_handle())  # when the menu has come beside them
    factors = app.page.locator(".why .product")
    assert "(64, 12288)" in factors.inner_text(), "a thousands' comma would make three numbers of it"
    for part in (".matrix", ".sign"):
        boxes = [box.bounding_box() or {} for box in factors.locator(f"{part}, .matrix").all()]
        assert len({round(box["y"] + box["height"] / 2) for box in boxes}) == 1, "in one line"
    assert len({(box.bounding_box() or {})["y"] for box in factors.locator("b").all()}) == 1
    z.evaluate("(b) => { b.textContent = 'z = −287.9144' }")
    assert z.bounding_box()["height"] < 30, "the number keeps together with its sign"
    assert z.evaluate("(b) => b.scrollWidth <= b.clientWidth")


@pytest.fixture
def starts():
    """The three starts of the page as they are before a step, with costs as they come out."""
    looks = tuple(range(0, 601, 40))
    ends_ = {"equal": 0.571, "zeros": 0.634, "random": 0.552}
    fresh = before("relu")
    runs = tuple(
        replace(run, costs=tuple(0.693 + (ends_[run.start] - 0.693) * k / 15 for k in range(16)))
        for run in fresh.runs
    )
    header, pictures = contents(replace(fresh, step=600, looks=looks, runs=runs))
    return pack(header, {"pictures": pictures})


def test_what_is_learned_from_three_starts_fits_the_smallest_phone_and_is_as_large_as_the_page(alone, starts):
    alone.show(SYMMETRY, starts, width=320)
    assert alone.page.locator(".starts .chart .name").all_text_contents() == [
        "equal 0.57", "zeros 0.63", "random 0.55",
    ]  # fmt: skip
    assert alone.overflow() == 0
    assert small_letters(alone, ".starts .chart") == []
    beyond = """all => all.filter((text) => text.getBoundingClientRect().right
      > text.ownerSVGElement.getBoundingClientRect().right).map((text) => text.textContent)"""
    assert alone.page.locator(".starts .chart .name").evaluate_all(beyond) == []
    for width in (640, 820, 1024, 1920):
        alone.as_seen(width=width)
        assert large_letters(alone, ".starts .chart") == [], width


def test_on_a_phone_that_lies_on_its_side_there_is_room_to_scroll_the_page_beside_a_wall(alone):
    for k in (64, 32):
        data = pack({**WALL, "count": k}, {"pictures": np.zeros((k, 64 * 64 * 3), np.uint8)})
        alone.show(WEIGHT_WALL, data, styles=("tile",), width=844, height=390)
        assert 100 < alone.page.locator(".tiles").bounding_box()["height"] < 240
