"""What the server would send, and the mounted figure with the test at the other end of its WebSocket."""

import json

import numpy as np

from ui.packing import pack

# A lost line is taken up again after a quarter of a second: too soon for who looks what is seen meanwhile.
HOLD = "(window.held = [], window.later = setTimeout, window.setTimeout = (...it) => held.push(it), null)"
GO_ON = "(window.setTimeout = later, held.forEach((it) => setTimeout(...it)))"

WAITING = {
    "step": 0, "epoch": 0, "playing": False, "speed": 0, "runs": 1, "cores": 2, "curves": False,
    "wait": {"done": 512, "count": 4096, "said": "Rendering photos, once for all: 512 of 4,096"},
    "stopped": None, "way_out": None, "warning": None, "not_kept": None,
    "losses": ["binary"], "room": {"hidden": [], "neurons": 3, "side": 64},
}  # fmt: skip


def pairs(xs, ys):
    return [float(value) for pair in zip(xs, ys, strict=True) for value in pair]


def event(step, kind="loss", before="binary", after="softmax", lane=0):
    return {
        "step": step,
        "lane": lane,
        "kind": kind,
        "before": before,
        "after": after,
        "text": f"{before} → {after}",
    }


def lanes(*losses):
    return [
        {"loss": name, "J": 1.5, "z": [0.5, -1.25, 2.0], "y_hat": [0.62, 0.22, 0.88], "J_train": 1.4,
         "accuracy": {"train": 0.61, "test": None}}
        for name in losses
    ]  # fmt: skip


def measured(train, test, *losses):
    """Lanes with these accuracies."""
    return [lane | {"accuracy": {"train": train, "test": test}} for lane in lanes(*(losses or ("binary",)))]


def frame(level=0.7, **changes):
    """What the server sends of a run. level: where the curves of the first lane lie, but for those that are
    given by name, a value for every tenth step.
    """
    step = changes.get("step", 400)
    header = {
        "step": step, "epoch": step / 32, "playing": False, "shown": step,
        "speed": 0, "runs": 1, "cores": 2, "wait": None, "stopped": None, "way_out": None,
        "warning": None, "not_kept": None,
        "view": "weights", "scale": 0.02, "caption": "a photo", "label": [1, 0, 0], "past": False,
        "lanes": lanes("binary"), "events": [], "curves": True,
        "keyframes": list(range(0, step + 1, 100)), "heard": 0,
    } | changes  # fmt: skip
    pictures = header.pop("pictures", np.full(3 * 12288, 128, np.uint8))
    arrays = {"pictures": pictures, "photo": np.zeros(12288, np.uint8)}
    for name in ("cost", "train_cost", "test_cost", "train_accuracy", "test_accuracy"):
        steps, values = np.arange(0, step + 1, 10, dtype=np.float32), header.pop(name, level)
        for lane in range(len(header["lanes"])):
            points = np.stack([steps, values - 0.001 * lane * steps], axis=1)
            arrays[f"{name}.{lane}"] = points.astype(np.float32)
    return pack(header, arrays)


# A new body for the next figure, and nothing of what a test has done to the clock, chance, styles or letters.
# The scripts, their sheets and the drawing library stay: to read them again costs more than all the rest.
CLEARED = """() => {
  window.figure?.close()
  window.usual ??= { timers: { setTimeout, setInterval }, random: Math.random }
  Object.assign(window, usual.timers)
  Math.random = usual.random
  delete performance.now
  document.body.replaceWith(document.createElement('body'))
  document.head.querySelectorAll('style:not([id])').forEach((added) => added.remove())
  document.documentElement.removeAttribute('style')
  document.fonts.clear()
  for (const kept of [localStorage, sessionStorage]) kept.clear()
  scrollTo(0, 0)
}"""
MOUNTED = """async () => {
  window.inter ??= await new FontFace('Inter', 'url(/letters/inter.woff2)', { weight: '100 900' }).load()
  document.fonts.add(inter)
  document.body.style.setProperty('--st-font', 'Inter')
  document.body.style.textRendering = 'geometricPrecision' // as wide in every browser
  window.told = []
  window.toldAt = [] // milliseconds
  const { mount } = await import('/components/training/live.js')
  window.figure = mount(document.body, { socket: 'live/k', base: '', loss: ['binary'] },
    { setTriggerValue: (...all) => (told.push(all), toldAt.push(performance.now())) })
}"""
QUICK = """(times) => {
  for (const [name, timer] of Object.entries(usual.timers))
    window[name] = (act, after = 0, ...given) => timer(act, after / times, ...given)
  const now = performance.now.bind(performance)
  performance.now = () => times * now()
}"""
# Whether the curves are drawn as large as their place is.
FITTING = """() => {
  const plot = document.querySelector('.plot'), drawing = plot.querySelector('.main-svg')
  return drawing && ['width', 'height'].every((side) => Number(drawing.getAttribute(side)) ===
    plot[`client${side[0].toUpperCase()}${side.slice(1)}`])
}"""


class Figure:
    """The mounted figure; the test holds the other end of its WebSocket."""

    def __init__(self, page, url):
        """In this tab, at the address of the files, opened once: the next figure has the same page."""
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", self._error)
        page.route_web_socket("**/live/*", self._connected)  # goes before those of the figures before it
        if not page.url.startswith(url):
            page.goto(url)
        self.anew()

    def anew(self, width=1200, height=1000, quick=1):
        """Another figure in a window of this size, of which nothing has been heard yet.

        quick: so many times as fast its clock and its timers go. No run that plays then: a line on which the
        test is silent for a second would be taken for dead.
        """
        self.heard: list[dict] = []
        self.lines: list = []
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate(CLEARED)
        if quick > 1:
            self.page.evaluate(QUICK, quick)
        self.page.evaluate(MOUNTED)
        self.until(lambda: self.lines)

    def resize(self, width, height=900):
        """The window becomes that large, and the curves, which are there, with it."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_function(FITTING)

    def zoom(self, begin, end):
        """The mouse marks a part of the curves of J, from one share of their width to another."""
        box = self.page.locator(".plot .nsewdrag[data-subplot=xy]").bounding_box()
        x, y = (lambda share: box["x"] + share * box["width"]), box["y"] + 0.5 * box["height"]
        self.page.mouse.move(x(begin), y)
        self.page.mouse.down()
        self.page.mouse.move(x(end), y, steps=6)
        self.page.mouse.up()
        self.page.wait_for_selector("[data-key=all]")

    def leave(self):
        """Let go of the mouse, take the figure away."""
        if self.page.is_closed():
            return
        self.page.mouse.up()
        self.page.mouse.move(0, 0)
        self.page.evaluate(CLEARED)
        self.page.remove_listener("pageerror", self._error)

    def _error(self, error):
        self.problems.append(str(error))

    def _connected(self, line):
        self.lines.append(line)
        self.before = len(self.commands())  # those of earlier lines are not this line's
        line.on_message(lambda text: self.heard.append(json.loads(text)))

    def until(self, condition, timeout=60.0):
        for _ in range(int(timeout * 50)):
            if condition():
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"did not happen; heard {self.heard[-5:]}")

    def later(self, milliseconds):
        """As if so much time had gone by, for what looks at the clock; timers that run go on as they are."""
        self.page.evaluate(
            "(ms) => { const now = performance.now.bind(performance); performance.now = () => now() + ms }",
            milliseconds,
        )

    def send(self, level=0.7, **changes):
        """One frame, and wait until it is painted. It knows of all that was asked so far, unless `heard`
        says of how many commands."""
        changes.setdefault("heard", len(self.commands()) - self.before)
        before = self.heard.count({"do": "ack"})
        self.lines[-1].send(frame(level, **changes))
        self.until(lambda: self.heard.count({"do": "ack"}) > before)

    def commands(self):
        return [command for command in self.heard if command != {"do": "ack"}]


def touching(page, one, *others):
    """Which of the other parts of the figure lie over this one. All of them are there, and seen."""
    return page.evaluate(TOUCHING, [one, others])


TOUCHING = """([one, others]) => {
  const seen = (node) => node.checkVisibility({ visibilityProperty: true })
  const boxes = (part) => {
    const found = [...document.querySelectorAll(`.live-training ${part}`)].filter(seen)
    if (!found.length) throw Error(`${part} is not there`)
    return found.map((node) => node.getBoundingClientRect())
  }
  const [a] = boxes(one)
  const over = (b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  return others.filter((part) => boxes(part).some(over))
}"""
