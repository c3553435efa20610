"""What all components share: pictures.js has the colours of ui/pictures.py, numbers.js its numbers."""

import importlib
import math
import pkgutil

import numpy as np
import pytest
import torch

import ui
from tests.ui.test_theme import contrast, rgb
from ui import components, packing
from ui.numbers import number, percent, signed
from ui.pictures import diverging, signed_rgb
from ui.server import kept
from ui.theme import CELLS, DIVERGING
from ui.words import unbroken


def test_every_component_runs(browser):
    """Its scripts are one module, in which a name that two of them give to something is an error."""
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    modules = [text.decode() for text in components._modules.values()]
    assert len(modules) > 30
    page = browser.new_page()
    errors = page.evaluate(
        """(modules) => Promise.all(modules.map((text) => {
            const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }))
            return import(url).then(() => null, (error) => `${error}: …${text.slice(-300)}`)
        }))""",
        modules,
    )
    page.close()
    assert not [error for error in errors if error]


def test_a_weight_has_the_grey_of_python(javascript):
    values = torch.linspace(-1.4, 1.4, 12288, dtype=torch.float64)
    grey = javascript("pictures")("given.map((v) => js.grey(v, 0.9))", values.tolist())
    assert abs(torch.tensor(grey) - torch.tensor(signed_rgb(values, 0.9)).flatten()).max() <= 1


def test_a_signed_value_has_the_colour_of_python(javascript):
    values = torch.linspace(-1.4, 1.4, 193, dtype=torch.float64)
    expression = "given[0].map((v) => js.diverging(v, 0.9, given[1].map(js.rgb)))"
    colours = javascript("pictures")(expression, [values.tolist(), list(DIVERGING)])
    assert abs(torch.tensor(colours) - torch.tensor(diverging(values.reshape(1, -1), 0.9))[0]).max() <= 1


@pytest.mark.parametrize("page", CELLS)
def test_a_number_is_read_on_every_colour_of_its_cell(javascript, page):
    values = torch.linspace(-1, 1, 401, dtype=torch.float64).tolist()
    expression = """given[0].map((v) => {
        const ground = js.diverging(v, 1, given[1].map(js.rgb))
        return [ground, js.inkOn(ground)]
    })"""
    for ground, ink in javascript("pictures")(expression, [values, CELLS[page]]):
        assert contrast(tuple(part / 255 for part in ground), rgb(ink)) >= 4.5


def test_a_canvas_holds_every_pixel(javascript):
    photo = torch.randint(0, 256, (64 * 64 * 3,), generator=torch.Generator().manual_seed(1))
    painted = javascript("elements", "pictures")(
        """(() => {
            const canvas = Object.assign(js.make("canvas"), { width: js.SIDE, height: js.SIDE })
            js.paintPhoto(canvas, Uint8Array.from(given))
            return [...canvas.getContext("2d").getImageData(0, 0, js.SIDE, js.SIDE).data]
        })()""",
        photo.tolist(),
    )
    rgba = torch.tensor(painted).reshape(-1, 4)
    assert torch.equal(rgba[:, :3].flatten(), photo) and (rgba[:, 3] == 255).all()


@pytest.mark.parametrize("value", [0.0, 1.5, -1.5, 0.126, -0.004, 0.004, -12.3456])
def test_numbers_are_written_as_in_python(javascript, value):
    assert javascript("numbers")("js.number(given, 2, true)", value) == signed(value)
    assert javascript("numbers")("js.number(given, 2)", value) == number(value) == signed(value).lstrip("+")


@pytest.mark.parametrize(("share", "digits"), [(0.0, 0), (0.643, 0), (0.125, 0), (1.0, 0), (0.6437, 1)])
def test_shares_are_written_as_in_python(javascript, share, digits):
    assert javascript("numbers")("js.percent(...given)", [share, digits]) == percent(share, digits)


@pytest.mark.parametrize("parts", [[0.395, 0.048], [-1.434, -0.0149], [1.2345, -0.00049]])
def test_numbers_that_are_shown_add_up(javascript, parts):
    digits = javascript("numbers")("js.digitsThatAdd(given, given[0] + given[1])", parts)
    shown = [round(10**digits * float(f"{v:.{digits}f}")) for v in (*parts, sum(parts))]
    assert shown[0] + shown[1] == shown[2]


@pytest.mark.parametrize("p", [0.5775, 0.3942, 0.01609, 0.9999, 1e-9])
def test_a_logarithm_holds_as_it_is_printed(javascript, p):
    digits = javascript("numbers")("js.digitsThatGive((v) => -Math.log(v), given, 2)", p)
    assert 2 <= digits <= 6
    if digits < 6:
        assert f"{abs(math.log(float(f'{p:.{digits}f}'))):.2f}" == f"{-math.log(p):.2f}"


def test_names_of_lines_stand_apart_in_their_order(javascript):
    stand = javascript("stand_apart")
    assert stand("js.standApart([100, 104, 40], 19, 8, 300)") == [100, 119, 40]
    assert stand("js.standApart([298, 299, 290], 19, 8, 300)") == [281, 300, 262]
    apart = stand("js.standApart([150, 12, 10, 195], 40, 0, 200)")
    assert apart == [150, 50, 10, 195] and apart[2] < apart[1]


def test_text_is_never_html(javascript):
    run = javascript("elements")
    assert (
        run("js.make('p', 'a', given, js.make('b')).innerHTML", "<i>x</i>") == "&lt;i&gt;x&lt;/i&gt;<b></b>"
    )
    assert run("js.makeSvg('path', { d: 'M0 0' }).namespaceURI") == "http://www.w3.org/2000/svg"


def test_no_line_ends_within_what_a_sign_or_two_bars_hold_together(javascript):
    """In JavaScript as in Python. Behind an opening bar Firefox ended a line, behind a closing one others."""
    sentence = "closest: h2, |r| = 0.41 against 0.94, a > 0; |r| beats the bar"
    held = "closest: h2, |@r|@~=~0.41 against 0.94, a~>~0; |@r| beats the bar"
    held = held.replace("@", "\u2060").replace("~", "\u00a0")
    assert unbroken(sentence) == javascript("elements")("js.unbroken(given)", sentence) == held


def test_what_python_has_packed_is_unpacked(javascript, monkeypatch):
    """What stands there, what is one value over and over, and what is fetched: once for two that ask."""
    monkeypatch.setattr(kept, "base", lambda: "/lecture")
    photo, W = np.arange(12, dtype=np.uint8), np.linspace(-1, 1, 400, dtype=np.float32)
    zeros, grey = np.full((3, 1000), -0.25, np.float32), np.full(2000, 127, np.uint8)
    here = packing.pack({"name": "é"}, {"photo": photo, "zeros": zeros, "grey": grey})
    away = packing.pack({}, {"photo": photo, "W": W}, kept=["W"])
    after = packing.pack({}, {"photo": photo, "L": W[::-1]}, later=["L"])
    run = javascript("unpack")
    found = run(
        """(() => {
            const { name, photo, zeros, grey } = js.unpack(Uint8Array.from(given))
            const only = (array) => [array.constructor.name, array.length, ...new Set(array)]
            return [name, [...photo], only(zeros), only(grey)]
        })()""",
        list(here),
    )
    assert found == ["é", photo.tolist(), ["Float32Array", 3000, -0.25], ["Uint8Array", 2000, 127]]
    asked, first, second, later = run(
        """(async () => {
            const asked = [], bytes = Uint8Array.from(given.W).buffer, theirs = window.fetch
            window.fetch = async (address) => {
                asked.push(address)
                if (asked.length === 1) throw new TypeError("the line is broken")
                return asked.length === 2 ? { ok: false } : { ok: true, arrayBuffer: async () => bytes }
            }
            const read = () => js.unpack(Uint8Array.from(given.packed))
            const both = await Promise.all([read(), read()])
            window.fetch = theirs
            return [asked, ...[...both, read()].map(({ W, photo }) => [[...W], [...photo]])]
        })()""",
        {"packed": list(away), "W": list(W.tobytes())},
    )
    assert len(asked) == 3 and len(set(asked)) == 1 and asked[0].startswith("/lecture/array/")
    assert first == second == later == [W.tolist(), photo.tolist()]
    awaited, come, again = run(
        """(async () => {
            const bytes = Uint8Array.from(given.L).buffer, theirs = window.fetch
            window.fetch = async () => ({ ok: true, arrayBuffer: async () => bytes })
            const read = () => js.unpack(Uint8Array.from(given.packed)), { L } = read()
            const come = await L
            window.fetch = theirs
            return [L instanceof Promise, [...come], [...read().L]]
        })()""",
        {"packed": list(after), "L": list(W[::-1].tobytes())},
    )
    assert awaited and come == again == W[::-1].tolist(), "nobody waits for it; what has come is there"


@pytest.fixture
def places(javascript):
    """places(expression): `mount(key)` gives a place with a component of one field in it, as Streamlit does:
    in a shadow, in an element whose class has Python's key, under a name that is another each time.
    `give(data)` gives it new data, `go()` takes it out again; `heard` holds what its view was told since.
    Time runs ten times as fast."""
    run = javascript("elements")
    run("void (window.usual = setTimeout, window.setTimeout = (act, time) => usual(act, time / 10))")
    run(
        """(() => {
            const heard = (window.heard = []) // what an earlier test's view hears late is not in it
            class View {
                constructor(host) {
                    this.root = js.make("div", "", js.make("input"))
                    host.append(this.root)
                }
                receive(data) { heard.push(`given ${data.n}`) }
                redraw() { heard.push("redrawn") }
                leave() { heard.push("left") }
                close() { heard.push("closed") }
            }
            const entry = js.mounted(View, (data) => data.coming ?? data)
            window.mount = (key) => {
                const [around, host] = [document.createElement("div"), document.createElement("div")]
                if (key) around.className = `element st-key-${key}`
                document.body.append(around)
                around.append(host)
                const place = host.attachShadow({ mode: "open" }), own = `${Math.random()}`
                const give = (data) => entry({ data, key: own, parentElement: place, setStateValue() {} })
                const cleanup = give({ n: 0 }), field = place.firstChild.firstChild
                heard.length = 0
                return { place, field, give, go: () => (around.remove(), cleanup()) }
            }
            window.wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))
            window.ending = async () => { while (!heard.includes("closed")) await wait(100) }
        })()"""
    )
    yield run
    run("void (window.setTimeout = usual)")


def test_a_component_that_loses_its_place_takes_what_was_done_to_the_next(places):
    places("window.first = mount('a'), first.field.value = 'typed', first.field.focus()")
    places("first.go(), window.parting = [...heard], window.second = mount('a')")
    assert places("second.field === first.field && second.place.activeElement === second.field")
    assert places("wait(6000).then(() => [second.field.isConnected, second.field.value])") == [True, "typed"]
    assert places("[parting, heard]") == [["left"], []], "and has not been closed"


def test_a_component_that_a_slow_phone_puts_back_late_is_still_the_same(places):
    """Seen: a second, where the processor is a quarter as fast."""
    places("window.first = mount('a'), first.field.value = 'typed', first.go()")
    places("wait(2500).then(() => { window.second = mount('a') })")
    assert places("wait(6000).then(() => [second.field.isConnected, second.field.value])") == [True, "typed"]


def test_a_call_that_a_newer_one_has_overtaken_ends_nothing(places):
    """Streamlit says that each was in vain, though what came with the newest stands there."""
    places("window.first = mount('a')")
    places("[1, 2].map((n) => first.give({ n })).forEach((end) => end())")
    assert places("wait(6000).then(() => [first.field.isConnected, heard])") == [True, ["given 1", "given 2"]]
    places("first.go(), ending()")
    assert places("heard") == ["given 1", "given 2", "left", "closed"]


def test_a_component_that_ends_twice_keeps_its_next_place(places):
    """The page loses it while it is given new data, which is said to be in vain after that."""
    places("window.first = mount('a'), first.field.value = 'typed', window.vain = first.give({ n: 1 })")
    places("first.go(), vain(), window.second = mount('a')")
    assert places("wait(6000).then(() => [second.field.isConnected, second.field.value])") == [True, "typed"]


def test_a_call_that_comes_when_its_place_is_gone_takes_nothing(places):
    places("window.first = mount('a'), first.field.value = 'typed', first.go()")
    places("window.vain = first.give({ n: 1 }), window.second = mount('a'), vain?.()")
    assert places("wait(6000).then(() => [second.field.isConnected, second.field.value])") == [True, "typed"]


def test_focus_that_has_gone_elsewhere_stays_there(places):
    places("window.other = document.body.appendChild(document.createElement('button'))")
    places("window.first = mount('a'), first.field.focus(), other.focus()")
    places("wait(0).then(() => { first.go(), other.blur(), window.second = mount('a') })")
    assert places("second.field === first.field && document.activeElement === document.body")


def test_a_component_that_is_gone_ends(places):
    places("window.first = mount('a'), first.field.value = 'typed', first.go()")
    assert places("ending().then(() => heard)") == ["left", "closed"]
    assert places("mount('a').field.value") == ""


def test_others_do_not_get_its_place(places):
    places("window.first = mount('a'), first.go(), window.another = mount('b').field !== first.field")
    places("window.third = mount(), third.go(), window.parting = [...heard]")
    assert places("[another, parting]") == [True, ["left", "closed"]], "without a key nothing to know it by"


def test_what_a_component_is_given_again_is_drawn_again(places):
    places("window.first = mount('a'), window.data = { n: 1 }")
    places("void [data, data, { n: 2 }].forEach(first.give)")
    assert places("heard") == ["given 1", "redrawn", "given 2"], "the same once more: day has become night"


def test_what_is_yet_to_be_fetched_comes_where_it_is_still_asked_for(places):
    places(
        "window.coming = (n) => ({ coming: new Promise((done) => (window['come' + n] = () => done({ n }))) })"
    )
    places("window.first = mount('fetching'), window.data = [coming(1), coming(2)]")
    places("void [data[0], data[1], data[1]].forEach(first.give)")
    assert places("(come2(), come1(), wait(0)).then(() => heard)") == ["given 2"], "and nothing drawn before"
    assert places("(first.give(data[1]), heard)") == ["given 2", "redrawn"]
    places("first.give(coming(3)), first.go(), ending()")
    assert places("(come3(), wait(0)).then(() => heard.includes('left') && !heard.includes('given 3'))")
