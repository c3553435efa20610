"""Goal 1 in Chromium: the browser's sums against core, the ball under the hand, training in place."""

import base64
import math
import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from core.balls import GALLERY_SEED, composite, labels, layers
from core.heads import evidence
from core.losses import BINARY_CROSS_ENTROPY
from core.pixels import flatten, place, scale
from tests.browser.one_neuron import NEURON, at_one_photo
from ui.one_ball.movable import shift
from ui.one_ball.shown import ROOM_TO_MOVE
from ui.packing import pack
from ui.theme import DIVERGING
from ui.undecided import undecided

# The words of a part of the page that are smaller than 13 pixels as they are drawn.
SMALL = """(roots) => roots.flatMap((root) => [...root.querySelectorAll('*')].filter((part) => {
  const words = [...part.childNodes].some((node) => node.nodeType === 3 && /[^\\s▶]/.test(node.textContent))
  const svg = part.closest('svg')
  const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1
  return words && part.getClientRects().length && parseFloat(getComputedStyle(part).fontSize) * scale < 12.99
}).map((part) => part.textContent))"""
SHIFTS = [(0, 0), (5, -7), (-20, 31), (40, 40), (-63, 0), (0, 64)]


def bare(tensor: torch.Tensor) -> str:
    return base64.b64encode(tensor.contiguous().numpy().tobytes()).decode()


@pytest.fixture(scope="module")
def ask(javascript):
    """ask(expression, name=tensor …): its value over the exports `js`; a.name holds the tensor's bytes."""
    run = javascript("pictures", "numbers", "activations", "one_ball/sums")

    def asked(expression, **tensors):
        given = {name: bare(tensor) for name, tensor in tensors.items()}
        return run(
            f"""(() => {{
                const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
                const a = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, bytes(text)]))
                const floats = (bytes) => new Float32Array(bytes.buffer)
                return {expression}
            }})()""",
            given,
        )

    return asked


@pytest.fixture(scope="module")
def one_ball_photo():
    Y = labels(GALLERY_SEED, range(40), ROOM_TO_MOVE)  # (3, 40)
    return layers(GALLERY_SEED, int(Y.sum(dim=0).argmax()), ROOM_TO_MOVE)


@pytest.mark.parametrize(("drow", "dcol"), SHIFTS)
def test_ball_is_put_where_core_puts_it(ask, one_ball_photo, drow, dcol):
    found = ask(
        f"Array.from(js.composite(a.background, floats(a.ball), {drow}, {dcol}))",
        background=one_ball_photo.background,
        ball=one_ball_photo.ball,
    )
    expected = composite(one_ball_photo, drow, dcol).reshape(-1)
    assert torch.equal(torch.tensor(found, dtype=torch.uint8), expected)


@pytest.mark.parametrize(("drow", "dcol"), SHIFTS)
def test_picture_is_shifted_as_in_python(ask, one_ball_photo, drow, dcol):
    found = ask(f"Array.from(js.shift(a.photo, {drow}, {dcol}))", photo=one_ball_photo.background)
    expected = shift(one_ball_photo.background, drow, dcol).reshape(-1)
    assert torch.equal(torch.tensor(found, dtype=torch.uint8), expected)


def test_x_is_core_s_to_the_last_bit(ask):
    pixels = torch.arange(256, dtype=torch.uint8).repeat(48)  # (12288,)
    found = torch.tensor(ask("Array.from(js.flatten(a.pixels))", pixels=pixels), dtype=torch.float32)
    assert torch.equal(found, scale(pixels))


def test_places_in_x(ask):
    for row, col, channel in [(0, 0, 0), (0, 0, 2), (31, 40, 1), (63, 63, 2)]:
        assert ask(f"js.place({row}, {col}, {channel})") == place(row, col, channel)


def test_sums_of_the_neuron(ask, one_ball_photo):
    generator = torch.Generator().manual_seed(1)
    w = torch.randn(1, 12288, generator=generator) / 50
    x = flatten(composite(one_ball_photo, 3, 3))  # (12288, 1)
    products = evidence(w.double(), x.double())
    found = ask("(({ evidence, ...rest }) => [Array.from(evidence), rest])"
                "(js.neuron(floats(a.w), 0.25, floats(a.x)))", w=w, x=x)  # fmt: skip
    pixels, sums = found
    same = {"rtol": 1e-9, "atol": 1e-9}
    found_pixels = torch.tensor(pixels, dtype=torch.float64)
    torch.testing.assert_close(found_pixels, products.reshape(-1, 3).sum(dim=1), **same)
    expected = {
        "positive": products.clamp_min(0).sum(),
        "negative": products.clamp_max(0).sum(),
        "wx": products.sum(),
        "z": products.sum() + 0.25,
    }
    for name, value in expected.items():
        torch.testing.assert_close(torch.tensor(sums[name], dtype=torch.float64), value, **same)


@pytest.mark.parametrize("y", [0, 1])
def test_the_losss_derivative(ask, y):
    Z = torch.tensor([[-1e4, -300.0, -20.0, -1.5, 0.0, 0.3, 4.0, 50.0, 1e4]], dtype=torch.float64)  # (1, 9)
    Y = torch.full_like(Z, y)
    found = torch.tensor(ask(f"{Z[0].tolist()}.map((z) => js.derivative(z, {y}))"), dtype=torch.float64)
    expected = BINARY_CROSS_ENTROPY.derivative(Z, Y)[0]
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-15)


def test_the_outline_is_where_yes_meets_no(ask):
    """Each edge between a cell with ŷ > ½ and one without, the world around the map being without."""
    places = torch.rand(17, 17, generator=torch.Generator().manual_seed(3))
    yes = torch.nn.functional.pad(places > 0.5, (1, 1, 1, 1))
    path = ask("js.outline(floats(a.map), 17)", map=places)
    level = {
        (row, col) for row in range(18) for col in range(17) if yes[row, col + 1] != yes[row + 1, col + 1]
    }
    upright = {
        (row, col) for row in range(17) for col in range(18) if yes[row + 1, col] != yes[row + 1, col + 1]
    }
    drawn = re.findall(r"M(\d+) (\d+)([hv])1", path)
    assert {(int(row), int(col)) for col, row, way in drawn if way == "h"} == level
    assert {(int(row), int(col)) for col, row, way in drawn if way == "v"} == upright
    assert len(drawn) == len(level) + len(upright)


def test_rows_fly_between_the_words(javascript):
    """No row leaves the space between photo and column, above and below which the words stand."""
    photo, strip = {"x": 0, "y": 28, "w": 256, "h": 256}, {"x": 330, "y": 28, "w": 24, "h": 256}
    ends = javascript("pictures", "activations", "one_ball/sums", "one_ball/flatten")(
        """given.rows.flatMap((row) => given.times.map((time) => {
          const { x, y, angle, length } = js.flight(row, time, given.photo, given.strip)
          return [x, y, x + length * Math.cos(angle), y + length * Math.sin(angle)]
        }))""",
        {"rows": list(range(64)), "times": [i / 40 for i in range(41)], "photo": photo, "strip": strip},
    )
    for x, y, right, foot in ends:
        assert 0 <= x <= right + 1e-6 <= 354 + 1e-3 and 28 <= y <= foot + 1e-6 <= 284 + 1e-3
    x, y, right, foot = ends[-1]
    assert (x, y, right, foot) == pytest.approx((342, 280, 342, 284)), "the last row lies at the foot of x"
    flat = ends[0]
    assert flat == pytest.approx([0, 30, 256, 30]), "the first one begins where it is in the photo"


@pytest.mark.parametrize(("z", "y", "span"), [(0.3, 1, 4), (-1.0, 0, 8), (-30.0, 1, 64)])
def test_the_loss_has_numbers_on_its_axis(javascript, z, y, span):
    run = javascript("pictures", "numbers", "activations", "one_ball/sums", "one_ball/curves")
    L = float(BINARY_CROSS_ENTROPY(torch.tensor([[z]]).double(), torch.tensor([[float(y)]]).double()))
    drawn = run(
        """((a) => js.curves(a.z, js.sigmoid(a.z), a.y, a.L, js.derivative(a.z, a.y), a.span))(given)""",
        {"z": z, "y": y, "L": L, "span": span},
    )
    ticks = dict(
        (float(value), float(height) - 5)
        for height, value in re.findall(r'<text x="28" y="([\d.]+)" text-anchor="end">([\d.]+)</text>', drawn)
        if float(height) > 150
    )
    assert 4 <= len(ticks) <= 7 and 0 in ticks
    (first, top), *_, (last, foot) = ((v, ticks[v]) for v in sorted(ticks, reverse=True))
    (level,) = re.findall(r'class="thread" d="[^"]*M[\d.]+ ([\d.]+)H34"', drawn)
    assert float(level) == pytest.approx(foot - (foot - top) * (L - last) / (first - last)), "dotted, at L"
    assert f">L = {L:.2f}</text>" in drawn


def number(neuron: Locator, name: str) -> float:
    value = neuron.get_attribute(f"data-{name}")
    assert value is not None
    return float(value)


def adds_up(neuron: Locator) -> bool:
    """Whether products above and below 0 are wx, and wx + b is z, to the digits shown."""
    shown = [
        neuron.locator(f"[data-part={part}]").inner_text() for part in ("for", "against", "wx-sum", "b", "z")
    ]
    above, below, wx, b, z = (float(text.replace("−", "-")) for text in shown)
    return abs(above + below - wx) < 1e-9 and abs(wx + b - z) < 1e-9


def link_has(page: Page, part: str) -> None:
    expect(page).to_have_url(re.compile(part), timeout=20_000)


def test_the_ball_follows_the_hand_and_the_link_remembers(app):
    app.open("one_ball", height=1300)
    page = app.page
    neuron = page.locator(".neuron")
    ball = page.get_by_role("slider", name="Place of the ball")
    before = number(neuron, "z")
    box = ball.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 40, middle[1] - 28)
    # The browser alone has drawn this: the server has not heard yet.
    assert (number(neuron, "drow"), number(neuron, "dcol")) == (-7, -10)
    moved = number(neuron, "z")
    assert moved != before
    page.mouse.up()
    link_has(page, "dx=-10")
    link_has(page, "dy=-7")
    app.idle()
    assert number(neuron, "z") == pytest.approx(moved, abs=1e-5)  # core says the same
    assert_back_undoes_a_drag_across_at_once(app, neuron)

    ball.focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
        assert adds_up(neuron)
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    assert (number(neuron, "drow"), number(neuron, "dcol")) == (-6, -2)
    for _ in range(9):
        page.keyboard.press("Shift+ArrowRight")
    right = number(neuron, "dcol")
    neuron.get_by_role("radio", name="0").click()
    assert number(neuron, "slope") == pytest.approx(number(neuron, "y-hat"))  # ŷ − 0
    link_has(page, "y=0")
    link_has(page, f"dx={right:.0f}")
    app.idle()

    url, z = page.url, number(neuron, "z")
    app.open(url.removeprefix(app.url).lstrip("/"), width=360)
    assert (number(neuron, "drow"), number(neuron, "dcol"), number(neuron, "y")) == (-6, right, 0)
    assert number(neuron, "z") == pytest.approx(z, abs=1e-9)
    assert_the_ball_at_the_photo_s_edge_makes_the_page_no_wider(app)
    app.as_seen(width=390, height=844, dark=False)
    assert_the_switch_stands_beside_the_button_whose_name_is_longer_after_training(page)


def assert_back_undoes_a_drag_across_at_once(app, neuron):
    """Right and down are one move of the hand: the ball was never at the one without the other."""
    app.page.go_back()
    link_has(app.page, "/one_ball$")
    expect(neuron).to_have_attribute("data-dcol", "0")
    expect(neuron).to_have_attribute("data-drow", "0")
    app.page.go_forward()
    link_has(app.page, "dx=-10")
    expect(neuron).to_have_attribute("data-dcol", "-10")
    expect(neuron).to_have_attribute("data-drow", "-7")
    app.idle()


def assert_the_ball_at_the_photo_s_edge_makes_the_page_no_wider(app):
    ball, photo = (app.page.locator(f".neuron {part}").first.bounding_box() for part in (".ball", ".frame"))
    assert ball["x"] + ball["width"] > 360 > photo["x"] + photo["width"], "half of it is outside"
    assert app.overflow() == 0


def assert_the_switch_stands_beside_the_button_whose_name_is_longer_after_training(page):
    """On a phone it was pushed into a row of its own, and all below it down."""
    train = page.get_by_role("button", name="Train")
    train.get_by_text("Train", exact=True).evaluate("e => (e.textContent = 'Train again')")
    switch = page.get_by_text("Use this w above")
    middle = [box["y"] + box["height"] / 2 for box in (train.bounding_box(), switch.bounding_box())]
    assert middle[0] == pytest.approx(middle[1], abs=4)


DESCENT = ("unpack", "elements", "numbers", "pictures", "activations", "one_ball/descent")


@pytest.fixture
def at_work(alone):
    """at_work(photo): the neuron, alone, on this photo of the gallery, whose ball was moved."""

    def show(index, drow=0, dcol=0, y=1, **seen):
        alone.show(NEURON, at_one_photo(index, drow, dcol, y), **seen)
        return alone.page.locator(".neuron")

    return show


def test_while_the_ball_is_moved_the_answer_is_undecided_where_python_says_so(alone, at_work):
    neuron, ball = at_work(5), alone.page.get_by_role("slider", name="Place of the ball")
    said, loss = neuron.locator(".verdict"), neuron.locator("[data-part=loss]")
    ball.focus()
    found, heights = [], set()
    for key in ("ArrowLeft", *["Shift+ArrowDown"] * 4, *["Shift+ArrowUp"] * 6):
        ball.press(key)
        y_hat = number(neuron, "y-hat")
        found.append(undecided(y_hat))
        assert said.inner_text().startswith("undecided") is found[-1], y_hat
        assert ("no soccer ball" in said.inner_text()) is (y_hat < 0.5)
        heights.add(loss.evaluate("e => e.getBoundingClientRect().top"))
    assert set(found) == {True, False} and len(heights) == 1, "nothing below it moves under the hand"


def test_a_second_finger_leaves_the_ball_to_the_first(alone, at_work):
    page, neuron = alone.page, at_work(5)
    box = page.get_by_role("slider", name="Place of the ball").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    seen: list[tuple[float, float]] = []

    def put(kind: str, *fingers: tuple[int, float]) -> None:
        points = [{"id": finger, "x": x + right, "y": y} for finger, right in fingers]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        alone.drawn()
        seen.append((number(neuron, "drow"), number(neuron, "dcol")))

    put("touchStart", (0, -8))
    put("touchMove", (0, -28))
    put("touchStart", (0, -28), (1, -12))
    put("touchMove", (0, -28), (1, 2))
    put("touchMove", (0, -29), (1, 2))
    put("touchEnd", (1, 2))
    assert seen[0] == (0, 0) and -6 <= seen[1][1] <= -4 and len(set(seen[1:])) == 1
    put("touchMove", (0, -48))
    put("touchEnd", (0, -48))
    assert -11 <= seen[-1][1] <= -9 and seen[-2] == seen[-1]
    put("touchStart", (1, -48))  # the next finger takes the ball
    put("touchMove", (1, -28))
    put("touchEnd", (1, -28))
    assert seen[-1][1] - seen[-3][1] >= 4
    touch.detach()


def test_a_pixel_is_read_by_mouse_and_keyboard(alone, at_work):
    page, neuron = alone.page, at_work(5, width=390)
    pixel = page.get_by_role("slider", name="Pixel under the lens")
    pixel.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(pixel).to_have_attribute("aria-valuetext", re.compile("row 1, column 8: .*places 216 to 218 of x"))
    expect(neuron.locator(".where")).to_contain_text("216, 217, 218")
    opened = neuron.locator(".lens")
    expect(opened).to_contain_text("x = value / 127.5 − 1")
    photo = [int(text) for text in re.findall(r"[RGB] (\d+)", opened.inner_text())]
    x = opened.locator("[data-part=read-x] span").all_inner_texts()
    assert x[::2] == ["215", "216", "217", "218", "219"], "with a neighbour on either side"
    for value, said in zip(photo, x[3:8:2], strict=True):
        assert said == f"{value / 127.5 - 1:+.2f}".replace("-", "−").replace("+0.00", "0.00")
    page.keyboard.press("Home")
    assert "0" in opened.locator("[data-part=read-x] .its").all_inner_texts()
    painted = "bars => bars.map((bar) => bar.style.backgroundImage)"
    scales = neuron.locator(".signed").evaluate_all(painted)
    assert [scale.count("rgb") for scale in scales] == [len(DIVERGING)] * 2, "as the pictures are painted"
    assert alone.overflow() == 0


def test_the_prediction_after_training_follows_from_the_z_beside_it(javascript):
    """σ(0.2625) is 0.57, but σ(0.26) is 0.56."""
    said = javascript("unpack", "elements", "numbers", "pictures", "activations", "one_ball/descent")(
        """given.map((bytes) => {
            const host = document.createElement("div")
            js.default({ data: Uint8Array.from(bytes), parentElement: host })
            return host.querySelector("[data-part=answer]").textContent
        })""",
        [
            list(
                pack(
                    {
                        "waiting": None, "share": 1.0, "phase": "done", "total": 1, "scale": 1.0,
                        "caption": "", "verdict": "", "z": z, "y_hat": 1 / (1 + math.exp(-z)),
                    },
                    {
                        "costs": np.ones(1, np.float32),
                        "w": np.zeros(12288, np.float32),
                        "photo": np.zeros(12288, np.uint8),
                    },
                )
            )
            for z in (0.2625, -1.3)
        ],
    )  # fmt: skip
    assert said == ["ŷ = σ(0.263) = 0.57", "ŷ = σ(−1.30) = 0.21"]


@pytest.mark.parametrize("costs", [[], [0.69, 0.4], [0.69, 0.3, 1.5], [0.69, 2.0, 0.2], [0.69, 130.0, 0.01]])
def test_no_line_touches_the_name_of_where_w_is_zero_and_the_title_is_whole(javascript, costs):
    """0.7 is drawn three pixels above log 2."""
    drawn = javascript("unpack", "elements", "numbers", "pictures", "activations", "one_ball/descent")(
        """(() => {
            const host = document.body.appendChild(document.createElement("div"))
            const lines = [], names = [], titles = []
            const { moveTo, lineTo, fillText } = CanvasRenderingContext2D.prototype
            let from
            CanvasRenderingContext2D.prototype.moveTo = function (x, y) { from = [x, y] }
            CanvasRenderingContext2D.prototype.lineTo = function (x, y) {
                if (from && y === from[1] && this.getLineDash().length === 0) lines.push(y)
                from = null
            }
            CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
                const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down, width }
                    = this.measureText(text)
                if (text.startsWith("cost J")) titles.push([text, x + width])
                if (text.startsWith("w = 0")) names.push([y - up, y + down])
            }
            const style = host.appendChild(document.createElement("style"))
            style.textContent = ".curve { width: 230px; height: 214px }"
            const close = js.default({ data: Uint8Array.from(given), parentElement: host })
            const drawn = [names.length]
            document.fonts.dispatchEvent(new Event("loadingdone"))
            drawn.push(names.length)
            Object.assign(CanvasRenderingContext2D.prototype, { moveTo, lineTo, fillText })
            host.remove()
            close()
            return [lines, names.at(-1), drawn, titles.at(-1)]
        })()""",
        list(
            pack(
                {
                    "waiting": None, "share": 1.0, "phase": "done", "total": 3, "scale": 1.0,
                    "caption": "", "verdict": "", "z": 0.0, "y_hat": 0.5,
                },
                {
                    "costs": np.array(costs, np.float32),
                    "w": np.zeros(12288, np.float32),
                    "photo": np.zeros(12288, np.uint8),
                },
            )
        ),
    )  # fmt: skip
    lines, (top, foot), (before_the_font, with_it), (title, end) = drawn
    cut = max(costs, default=0) > 4
    assert title == ("cost J, cut at 4 (highest 130)" if cut else "cost J of the batch") and end < 230
    assert with_it > before_the_font
    assert len(lines) >= 4
    assert not [y for y in lines if top - 1 < y < foot + 1]


def test_a_small_projector_a_scrollbar_and_a_weights_minus(alone, at_work):
    neuron = at_work(5)
    assert_the_minus_of_a_weight_is_a_minus_as_wide_as_its_plus_and_as_a_digit(neuron)
    assert_a_scrollbar_takes_no_pixel_from_the_photo(alone, neuron)
    assert_the_numbers_of_two_axes_stand_apart_where_these_meet(alone, neuron)
    alone.add(DESCENT, not_begun())
    assert_on_a_small_projector_the_answer_is_in_sight_with_the_photo(alone, neuron)


def not_begun() -> bytes:
    header = {
        "waiting": None, "share": 1.0, "phase": "ready", "total": 200, "scale": 1.0, "caption": "a ball",
        "verdict": "the chosen photo, and photos that the training never saw", "z": None, "y_hat": None,
    }  # fmt: skip
    w, photo = np.zeros(12288, np.float32), np.zeros(12288, np.uint8)
    return pack(header, {"costs": np.zeros(0, np.float32), "w": w, "photo": photo})


def assert_the_minus_of_a_weight_is_a_minus_as_wide_as_its_plus_and_as_a_digit(neuron):
    read = neuron.locator("[data-part=read-w]")
    assert re.fullmatch(r"([+\u2212]\d\.\d+\s*){3}", read.inner_text()), "no hyphen"
    widths = """(read) => {
      const pen = document.createElement("canvas").getContext("2d")
      pen.font = `100px ${getComputedStyle(read).fontFamily}`
      return [..."\u2212+0-"].map((sign) => {
        const { width, actualBoundingBoxLeft: left, actualBoundingBoxRight: right } = pen.measureText(sign)
        return [width, left + right]
      })
    }"""
    minus, plus, digit, hyphen = read.evaluate(widths)
    assert minus[1] == pytest.approx(plus[1], rel=0.1) and minus[1] > 1.3 * hyphen[1], "ink"
    assert minus[0] == pytest.approx(digit[0], rel=0.06), "place"


def assert_a_scrollbar_takes_no_pixel_from_the_photo(alone, neuron):
    photo = neuron.locator(".frame").first
    before = photo.bounding_box()["width"]
    alone.with_scrollbar()
    assert photo.bounding_box()["width"] == before == 256
    lane = neuron.locator(".lane").first
    assert lane.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    alone.with_scrollbar(0)


def assert_the_numbers_of_two_axes_stand_apart_where_these_meet(alone, neuron):
    for width in (1024, 320):
        alone.as_seen(width=width)
        found = neuron.locator(".curves .ticks text").evaluate_all(
            "all => all.map((e) => [e.textContent, e.getBoundingClientRect().toJSON()])"
        )
        first = next(box for text, box in found if text == "\N{MINUS SIGN}4")
        last = [box for text, box in found if text == "0" and box["right"] < first["right"]][-1]
        assert last["bottom"] <= first["top"] + 1, width


def assert_on_a_small_projector_the_answer_is_in_sight_with_the_photo(alone, neuron):
    for width in (1024, 1240):
        alone.as_seen(width=width, height=768)
        photo, answer = (neuron.locator(part).first.bounding_box() for part in (".frame", ".answer"))
        assert answer["y"] + answer["height"] - photo["y"] < 768 and alone.overflow() == 0
        assert alone.page.locator(".descent").count() == 1
        assert alone.page.locator(".neuron, .descent").evaluate_all(SMALL) == []
        strip = neuron.locator(".strip").bounding_box()
        word, play = (neuron.locator(f".flatten {part}").bounding_box() for part in ("b", "button"))
        assert word["y"] + word["height"] <= strip["y"] and strip["y"] + strip["height"] <= play["y"]
        assert re.fullmatch(
            r"says yes (nowhere|everywhere|inside the line, at \d+ of 289)",
            neuron.locator("[data-part=yes]").inner_text(),
        )
        lane = neuron.locator(".lane").first
        assert lane.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_sigma_of_the_z_that_is_written_is_the_output_beside_it(at_work):
    """σ(−0.51) is 0.38, and 0.37 stood there for z = −0.5143."""
    for photo in (63, 85):
        formula = at_work(photo).locator(".formula[data-part=formula]").inner_text().replace("\n", "")
        z, y_hat = re.search(r"σ\((−?[\d.]+)\) = ([\d.]+)$", formula).groups()
        assert f"{1 / (1 + math.exp(-float(z.replace('−', '-')))):.2f}" == y_hat, formula


def test_on_the_smallest_phone_what_a_link_asks_for_in_vain_is_read_whole_in_one_toast(app):
    app.open("one_ball?balls=q&rate=q&steps=q", width=320, height=800)
    toast = app.page.get_by_test_id("stToast")
    expect(toast).to_have_count(1)
    box, words = toast.bounding_box(), app.page.get_by_test_id("stToastText")
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320
    assert words.evaluate("e => e.scrollHeight - e.clientHeight") <= 1, "its last line, too"
    assert all(name in words.inner_text() for name in ("balls", "rate", "steps"))
    expect(app.page.get_by_test_id("stToastViewButton")).not_to_be_visible()
