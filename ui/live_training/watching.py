"""What a browser sees of a live run, and what it can ask of it; watching_line.py carries both.

A command acts on the run without a run of the page: play and its like, a look back, another view, another
loss, which the page then follows. A frame is what `ui.packing.pack` makes; `frame` documents its header.
"""

import json
import math
import operator
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.descent import Descent
from core.live_run.history import Lane
from core.live_run.judgement import Judgement
from core.live_run.keyframes import Held
from core.live_run.run import Run
from core.network import propagate
from core.pixels import flatten
from core.processor.cores import CORES
from core.scores import commonest
from core.weights import WeightsError
from core.written import as_written
from ui.live_training import runs
from ui.live_training.before_after import story
from ui.live_training.live_pictures import (
    VIEWS,
    fewer_pixels,
    first_layer,
    painted,
    room,
    slope,
    sticky_scale,
)
from ui.live_training.live_run import LiveRun
from ui.live_training.mistakes import Mistakes
from ui.packing import pack
from ui.renderings import rendering_words

CURVES_EVERY = 0.3  # seconds between two frames that carry the curves
NEWS_EVERY = 2.0  # or the news, as long as the run plays
CURVE_POINTS = 400
MOST_EVENTS = 200  # the latest of them stand on the curves
LONGEST_COMMAND = 1000  # characters


def same(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether these are the very same things, one by one."""
    return len(some) == len(others) and all(map(operator.is_, some, others))


@dataclass(frozen=True)
class Past:
    """A step that is looked back to, and what it is worth.

    of: the things that this depends on; where one of them is another, it has to be found anew.
    held: the run keeps this step meanwhile, for whoever branches from what they see.
    """

    of: tuple[object, ...]
    lanes: tuple[Descent, ...]
    judgements: tuple[Judgement, ...]
    held: Held

    def is_of(self, of: tuple[object, ...]) -> bool:
        """Whether it still holds: these are the very things that it was found for."""
        return same(self.of, of)


@dataclass
class Watcher:
    """One browser's view of a run: what the pictures show, which step is looked at, how far it has seen."""

    live: LiveRun
    viewer: str = ""  # whose photo is watched
    view: str = "weights"
    look: int | None = None  # a step to look back to; None is now
    scale: float = 0.0
    seen: int = -1
    heard: int = 0  # commands, also those that were refused
    curves_at: float = 0.0
    curves_version: int = -1
    curves_step: int = 0
    news_at: float = 0.0
    news_of: tuple[Judgement, ...] = ()
    past: Past | None = None
    photo: bytes = b""  # that was sent last: it is a fifth of a frame, and seldom another
    start: tuple[tuple[Any, ...], torch.Tensor] | None = None  # how the run began, and W[1] at step 0
    slopes: tuple[tuple[object, ...], list[torch.Tensor]] | None = None  # of what, and ∂J/∂W[1] of each lane

    def obey(self, text: str) -> None:
        """One command in JSON. Errors: ValueError in a sentence; nothing has happened then."""
        try:
            self._obey(text)
        finally:
            self.heard += 1
            self.seen = -1  # paint again even if the run stands still: the browser waits for the answer

    def _obey(self, text: str) -> None:
        try:
            command = json.loads(text[:LONGEST_COMMAND])
            do = command["do"]
        except (json.JSONDecodeError, TypeError, KeyError, RecursionError):
            raise ValueError("A command is JSON with a “do”.") from None
        if do == "look":
            step = command.get("step")
            with self.live.held() as run:
                if run is None or type(step) is not int or step not in run.keyframes.steps:
                    raise ValueError("There is no such step to look back to.")
            self.look = step
        elif do == "now":
            self.look = None
        elif do == "view":
            if command.get("view") not in VIEWS:
                raise ValueError(f"The pictures show one of {', '.join(VIEWS)}.")
            self.view, self.scale = command["view"], 0.0
        elif do == "loss":
            self.live.switch(command.get("lane"), command.get("loss"))
        elif do == "pace":
            self.live.at_pace(command.get("pace"))
        else:
            self.live.do(str(do))

    @property
    def awaiting(self) -> bool:
        """Whether there was a change after which no step has been on the curves yet."""
        return self._awaited is not None

    @property
    def overdue(self) -> bool:
        """Whether the first step after a change is done and not on the curves yet."""
        run, changed_at = self.live.run, self._awaited
        return run is not None and changed_at is not None and changed_at < run.steps

    @property
    def _awaited(self) -> int | None:
        """The step of that change. Asked without the run's lock: it may begin anew meanwhile."""
        run = self.live.run
        events = () if run is None else run.history.events
        return events[-1].step if events and self.curves_step <= events[-1].step else None

    def frame(self) -> bytes:
        """The run as it is now for this watcher.

        Header: see the keys below; numbers that do not exist are null, never NaN. Arrays: pictures uint8, for
        each lane `neurons` pictures of side · side · 3 bytes; photo uint8 (12288), where it is another than
        before; and now and then curves, float32 pairs of step and value, and in the header `news`.
        """
        live = self.live
        with live.held() as run:
            self.seen = live.version  # first: a command that is obeyed from here on asks for another frame
            heard = self.heard  # all that this many commands did is in what follows
            # A command may set others meanwhile: they are the next frame's.
            view, before = self.view, self.scale
            header = self._about(run) | {"heard": heard}
            if run is None:
                return pack(header, {})
            lanes, judged = self._shown(run)
            photo = live.photo_of(self.viewer)
            X = flatten(torch.tensor(photo.pixels))  # (12288, 1)
            about_curves, curves = self._curves(run)
            header |= self._at(run, lanes) | about_curves | self._news(run)
            header |= {"view": view, "caption": photo.caption, "label": photo.label}
            of_lanes = zip(lanes, judged, run.history.lanes, strict=True)
            header["lanes"] = [_answers(lane, one, noted, X) for lane, one, noted in of_lanes]
            start = self._start(run) if view == "change" else None
            slopes = self._slopes(lanes) if view == "gradient" else [None] * len(lanes)
            values = [first_layer(lane, view, X, start, dW) for lane, dW in zip(lanes, slopes, strict=True)]
            arrays: dict[str, NDArray[Any]] = {}
            if photo.data != self.photo:
                self.photo, arrays["photo"] = photo.data, photo.pixels.reshape(-1)
            arrays |= curves
        values = [fewer_pixels(value) for value in values]  # not under the lock: no step changes a tensor
        scale = sticky_scale(before, values)
        if self.view == view:
            self.scale = scale
        header |= {"scale": scale, "neurons": len(values[0]), "side": values[0].shape[1]}
        arrays["pictures"] = painted(np.concatenate(values), scale, view).reshape(-1)
        return pack(_finite(header), arrays)

    def _about(self, run: Run | None) -> dict[str, Any]:
        live, now = self.live, self.live.settings
        return {
            "playing": live.playing,
            "speed": live.speed if live.playing else 0.0,
            "pace": live.pace.name,
            "runs": runs.pool().training,
            "cores": CORES,
            "settings": live.stands,
            "losses": list(now.losses),
            "wait": None if run is not None else _waiting(live),
            "room": room(now),
            "stopped": live.stopped,
            "way_out": _way_out(run) if live.stopped else None,
            "warning": None,
            "not_kept": live.not_kept,
            "curves": False,
        }

    def _at(self, run: Run, lanes: tuple[Descent, ...]) -> dict[str, Any]:
        """How far the run is, which of its steps these lanes are, and what has happened on its way."""
        return {
            "step": run.steps,
            "epoch": run.epoch,
            "shown": lanes[0].steps,
            "past": lanes is not run.lanes,
            "warning": None if self.live.stopped else run.warning,
            "own": self.live.own is not None,
            "hidden": list(lanes[0].network.sizes[1:-1]),
            "keyframes": run.keyframes.steps,
            "events": [event.to_json() for event in run.history.events[-MOST_EVENTS:]],
        }

    def _curves(self, run: Run) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What the header says of the curves, and these: where they have changed and it is time."""
        due = self.overdue or not self.live.playing or time.monotonic() - self.curves_at > CURVES_EVERY
        if not due or self.curves_version == self.live.version:
            return {}, {}
        self.curves_at, self.curves_version = time.monotonic(), self.live.version
        self.curves_step = run.steps
        ball, share = commonest(run.test.Y)
        return {"curves": True, "guess": {"ball": ball, "share": share}}, {
            f"{name}.{i}": curve.points(CURVE_POINTS)
            for i, lane in enumerate(run.history.lanes)
            for name, curve in lane.curves().items()
        }

    def _news(self, run: Run) -> dict[str, Any]:
        """For the other components of the page, each by its name, where there are any and it is time.

        `at`: when this was read.
        """
        due = not self.live.playing or time.monotonic() - self.news_at > NEWS_EVERY
        if not due or self.news_of is run.judgements:
            return {}
        self.news_at, self.news_of = time.monotonic(), run.judgements
        found = Mistakes.of(run.judgements)
        news = {"at": found.at, "tables": found.tables(), "numbers": found.by_number()}
        if self.live.own is not None:
            news["before_after"] = story(run, self.live.settings)
        return {"news": news}

    def _start(self, run: Run) -> torch.Tensor:
        """W[1] at step 0, the same in all lanes."""
        began = run.settings.start(), run.brought
        if self.start is None or self.start[0] != began:
            self.start = (began, run.settings.network(run.brought).layers[0].W)
        return self.start[1]

    def _slopes(self, lanes: tuple[Descent, ...]) -> Sequence[torch.Tensor]:
        """∂J/∂W[1] of each. That of the next batch has to be found: for lanes that stand still once."""
        if lanes[0].gradients is not None:
            return [slope(lane) for lane in lanes]
        of = tuple(part for lane in lanes for part in _going_on(lane))
        if self.slopes is None or not same(self.slopes[0], of):
            self.slopes = of, [slope(lane) for lane in lanes]
        return self.slopes[1]

    def _shown(self, run: Run) -> tuple[tuple[Descent, ...], tuple[Judgement, ...]]:
        """The lanes that are looked at, and what they are worth; a past step is judged once."""
        look = self.look  # a command may set another meanwhile: that is the next frame's
        if look is None:
            self.past = None
            return run.lanes, run.judgements
        first = run.lanes[0]
        # Photos that were taken back meanwhile are not kept here either.
        of = look, self.live.own, first.X, first.which, run.before_after.held_back
        if self.past is None or not self.past.is_of(of):
            try:
                lanes = run.at(look)
            except (KeyError, WeightsError):  # thinned out or begun anew meanwhile: back to now
                self.past = None
                if self.look == look:
                    self.look = None
                return run.lanes, run.judgements
            self.past = Past(of, lanes, run.judge(lanes), run.keyframes.hold(look))
        return self.past.lanes, self.past.judgements


def _going_on(lane: Descent) -> tuple[object, ...]:
    """What the gradient of its next batch depends on. Other photos come with another choice of them."""
    return lane.network.layers[0].W, lane.loss, lane.l2, lane.batch_size, lane.which


def _answers(lane: Descent, judged: Judgement, noted: Lane, X: torch.Tensor) -> dict[str, Any]:
    """What a lane says of the photo X (12288, 1), and what it is worth. noted: its curves."""
    trace = propagate(lane.network, X)
    return {
        "loss": lane.loss.name,
        "J": cost[1] if (cost := noted.cost.last) else None,
        "z": trace.Z[-1].flatten().tolist(),
        "y_hat": trace.Y_hat.flatten().tolist(),
        "accuracy": {"train": judged.train_accuracy, "test": judged.test_accuracy},
        "J_train": judged.train_cost,
    }


def _waiting(live: LiveRun) -> dict[str, Any]:
    """How far the photos are, in numbers and in words."""
    waiting = live.waiting()
    return asdict(waiting) | {"said": rendering_words(waiting)}


def _way_out(run: Run | None) -> dict[str, Any] | None:
    """What the button after a divergence offers."""
    if run is None:
        return None
    step, rate = run.way_out()
    now, then = run.settings, run.settings_at(step)
    anew = replace(now, learning_rate=then.learning_rate) != then  # a loss or λ chosen since goes as well
    return {"step": step, "rate": as_written(rate), "as_then": anew}


def _finite(value: Any) -> Any:
    """Numbers that are not finite become None, all the way down."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return value
