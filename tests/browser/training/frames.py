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


class Figure:
    """The mounted figure; the test holds the other end of its WebSocket."""

    def __init__(self, page, url):
        """In this tab, at the address of the files."""
        self.page = page
        self.problems: list[str] = []
        self.heard: list[dict] = []
        self.lines: list = []
        page.on("pageerror", self._error)
        page.route_web_socket("**/live/*", self._connected)  # goes before those of the figures before it
        page.set_viewport_size({"width": 1200, "height": 1000})
        page.goto(url)
        page.evaluate(
            """async () => { window.told = []; const { mount } = await import('/components/training/live.js');
            window.figure = mount(document.body, { socket: 'live/k', base: '', loss: ['binary'] },
              { setTriggerValue: (name, value) => window.told.push([name, value]) }) }"""
        )
        self.until(lambda: self.lines)

    def leave(self):
        """Let go of the mouse and of the tab, which is left empty."""
        self.page.mouse.up()
        self.page.mouse.move(0, 0)
        self.page.evaluate("[localStorage, sessionStorage].forEach((kept) => kept.clear())")
        self.page.goto("about:blank")
        self.page.remove_listener("pageerror", self._error)

    def _error(self, error):
        self.problems.append(str(error))

    def _connected(self, line):
        self.lines.append(line)
        self.before = len(self.commands())  # those of earlier lines are not this line's
        line.on_message(lambda text: self.heard.append(json.loads(text)))

    def until(self, condition, timeout=10.0):
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
        says of how many commands. level: where the curves of the first lane lie."""
        step = changes.get("step", 400)
        header = {
            "step": step, "epoch": step / 32, "playing": False, "shown": step,
            "speed": 0, "runs": 1, "cores": 2, "wait": None, "stopped": None, "way_out": None,
            "warning": None, "not_kept": None,
            "view": "weights", "scale": 0.02, "caption": "a photo", "label": [1, 0, 0], "past": False,
            "lanes": lanes("binary"), "events": [], "curves": True,
            "keyframes": list(range(0, step + 1, 100)), "heard": len(self.commands()) - self.before,
        } | changes  # fmt: skip
        pictures = header.pop("pictures", np.full(3 * 12288, 128, np.uint8))
        arrays = {"pictures": pictures, "photo": np.zeros(12288, np.uint8)}
        for name in ("cost", "train_cost", "test_cost", "train_accuracy", "test_accuracy"):
            steps = np.arange(0, step + 1, 10, dtype=np.float32)
            for lane in range(len(header["lanes"])):
                arrays[f"{name}.{lane}"] = np.stack([steps, level - 0.001 * lane * steps], axis=1)
        before = self.heard.count({"do": "ack"})
        self.lines[-1].send(pack(header, arrays))
        self.until(lambda: self.heard.count({"do": "ack"}) > before)

    def commands(self):
        return [command for command in self.heard if command != {"do": "ack"}]


def touching(page, one, other):
    """Whether two parts of the figure lie over each other."""
    a, b = (page.locator(f".live-training {part}").bounding_box() for part in (one, other))
    return all(
        a[at] < b[at] + b[long] and b[at] < a[at] + a[long] for at, long in (("x", "width"), ("y", "height"))
    )
