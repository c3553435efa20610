"""States of a run to go back to: every parameter, moment and place in the data, at a few dozen steps.

At most `MOST` steps are kept, spread evenly: when there are more, every second one goes and from then on only
every second one is taken. A step that somebody looks at stays meanwhile. With a folder each state is a
safetensors file, all of them in about `disk` bytes; without one, or where the disk refuses, they stay in
memory, in as many bytes as `room` allows: of a large network there are fewer. Neither holds the gradients of
the last step.
"""

import copy
import math
from pathlib import Path
from weakref import WeakSet

from torch import Tensor

from core.descent import Descent
from core.joined_columns import JoinedColumns
from core.weights import WeightsError

MOST = 64

Lanes = tuple[Descent, ...]


def frozen(lanes: Lanes) -> Lanes:
    """The lanes as they are now.

    A step makes new tensors and changes none, so a shallow copy is a whole state. It has no gradients, and no
    order of the photos, which follows from the seed and the epoch.
    """
    copies = tuple(copy.copy(lane) for lane in lanes)
    for lane in copies:
        lane.go_to(lane.steps, lane.epoch, lane.position, lane.moments)
    return copies


class Held:
    """A step that somebody looks at: it is not thinned out as long as they keep this."""

    def __init__(self, step: int) -> None:
        self.step = step


class Keyframes:
    """Step → the lanes as they were.

    trouble: why the folder could not be used, or None. in_memory: whether further states stay out of it.
    """

    def __init__(self, folder: Path | None = None, *, room: int = 4 << 20, disk: int = 96 << 20) -> None:
        self._folder, self._room, self._disk = folder, room, disk
        self._kept: dict[int, Lanes | None] = {}  # None: it is in the folder
        self._lanes: Lanes = ()
        self._stride = 1
        self._held: WeakSet[Held] = WeakSet()
        self.trouble: str | None = None
        self.in_memory = False

    @property
    def steps(self) -> list[int]:
        """The steps that are kept, ascending."""
        return sorted(self._kept)

    def offer(self, lanes: Lanes) -> None:
        """Keep the lanes as they are now, unless the last kept step is too near."""
        self._lanes, step = lanes, lanes[0].steps
        if self._kept and (step in self._kept or step - max(self._kept) < self._stride):
            return
        self._put(step, lanes)
        while len(self._kept) > (most := self._most()):
            held = sorted(self._kept.keys() & {one.step for one in self._held})[: most // 2]
            for dropped in [step for step in self.steps if step not in held][1:-1:2]:
                self._drop(dropped)
            self._stride = math.ceil((step - min(self._kept)) / len(self._kept))

    def hold(self, step: int) -> Held:
        """Keep a kept step as long as somebody has what this returns; half of all steps at most."""
        held = Held(step)
        self._held.add(held)
        return held

    def at(self, step: int) -> Lanes:
        """Copies of the lanes as they were at a kept step, ready to be trained on.

        Errors: KeyError for another step; WeightsError where the file is gone or broken, and then forgotten.
        """
        kept = self._kept[step]
        if kept is not None:
            return tuple(copy.copy(lane) for lane in kept)
        try:
            return self._read(step)
        except WeightsError:
            # Else it would be offered, and asked for, again and again; so would others that went with it.
            del self._kept[step]
            self._kept = {s: kept for s, kept in self._kept.items() if kept is not None or self._stands(s)}
            raise

    def _read(self, step: int) -> Lanes:
        found = tuple(Descent.load(self._file(step, i), lane.X, lane.Y) for i, lane in enumerate(self._lanes))
        for lane, now in zip(found, self._lanes, strict=True):
            if lane.steps != step or lane.network.sizes != now.network.sizes:
                raise WeightsError(f"the state of step {step:,} is of another run")
        return found

    def go_on_with(self, X: Tensor | JoinedColumns, Y: Tensor) -> None:
        """Every state is one of a run on these examples from now on; none holds those before."""
        for lanes in (self._lanes, *self._kept.values()):
            for lane in lanes or ():
                lane.go_on_with(X, Y)

    def restore(self, steps: list[int], lanes: Lanes) -> None:
        """After a restart: take up those steps whose files are still there."""
        self._lanes = lanes
        for step in steps:
            if self._stands(step):
                self._kept[step] = None
        if len(self._kept) > 1:
            self._stride = max(1, (max(self._kept) - min(self._kept)) // MOST)

    def clear(self) -> None:
        """Forget every step."""
        for step in self.steps:
            self._drop(step)
        self._stride = 1

    def _most(self) -> int:
        """How many steps there may be: fewer than now, if what is in memory takes more than its room."""
        in_memory = [kept for kept in self._kept.values() if kept is not None]
        held = {t.data_ptr(): t.nbytes for lanes in in_memory for lane in lanes for t in _tensors(lane)}
        if sum(held.values()) > self._room:
            return max(4, min(MOST, len(self._kept) - 1))
        state = sum(t.nbytes for lane in self._lanes for t in _tensors(lane) if t.any())
        return max(4, min(MOST, self._disk // max(1, state)))

    def _put(self, step: int, lanes: Lanes) -> None:
        if self._folder is not None and self.trouble is None and not self.in_memory:
            try:
                for i, lane in enumerate(lanes):
                    lane.save(self._file(step, i))
                self._kept[step] = None
                return
            except OSError as refused:
                self._refuse(refused)
        self._kept[step] = frozen(lanes)

    def _refuse(self, refused: OSError) -> None:
        self.trouble = f"the disk refuses: {refused.strerror or refused}"

    def _drop(self, step: int) -> None:
        if self._kept.pop(step) is None:
            try:
                for i in range(max(1, len(self._lanes))):
                    self._file(step, i).unlink(missing_ok=True)
            except OSError as refused:
                self._refuse(refused)

    def _stands(self, step: int) -> bool:
        """Whether the folder has it."""
        return all(self._file(step, i).is_file() for i in range(len(self._lanes)))

    def _file(self, step: int, lane: int) -> Path:
        assert self._folder is not None
        return self._folder / f"step-{step:09d}-{lane}.safetensors"


def _tensors(lane: Descent) -> list[Tensor]:
    """What a state holds; states share what no step has changed."""
    which = [] if lane.which is None else [lane.which]
    return [*lane.parameters, *lane.moments.first, *lane.moments.second, *which]
