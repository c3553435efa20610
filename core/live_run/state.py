"""A run as a folder: what is copied between two steps in microseconds and written while the run goes on.

    now-<name>-<lane>.safetensors      each lane, see core.descent_file
    now-<name>-history.safetensors     the curves and the events, see core.live_run.history
    run.json                           <name>, the settings and when they changed, which keyframes there are

    memory-only                        an empty file: the run went on with what a person brought, unwritten

run.json is replaced last and in one piece, so a reader finds the whole state that it names or the one before;
the files of other names go after that. The keyframes write themselves, see core.live_run.keyframes.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from core.balls import Photos
from core.descent import Descent
from core.live_run.history import History
from core.live_run.keyframes import MOST, frozen
from core.live_run.settings import Settings
from core.weights import WeightsError, read_tensors, write_tensors
from core.whole_files import write_bytes

if TYPE_CHECKING:
    from core.live_run.run import Run

FILE = "run.json"
UNWRITTEN = "memory-only"
MOST_TEXT = 1 << 20  # bytes of FILE: `core.live_run.run.MOST_CHANGES` settings take a third of it
_UNREADABLE = (  # what a broken file can bring: JSON knows Infinity, and lists within lists within lists
    *(OSError, KeyError, IndexError, TypeError, ValueError),
    *(OverflowError, RecursionError, MemoryError, RuntimeError),
)


@dataclass(frozen=True)
class RunState:
    """Everything of a run but its photos; nothing of it changes when the run goes on.

    history: tensors and header, see `History.to_tensors`.
    """

    lanes: tuple[Descent, ...]
    history: tuple[dict[str, Tensor], dict[str, Any]]
    changes: tuple[tuple[int, Settings], ...]
    merged: int
    keyframes: tuple[int, ...]
    changed_at: int

    @classmethod
    def of(cls, run: "Run") -> "RunState":
        """The run as it is between two steps. Errors: ValueError for a private one: nobody may write it."""
        if run.private:
            raise ValueError("this run holds what a person brought, and is written nowhere")
        for lane in run.lanes:
            _ = lane.examples_name  # worked out once, here, and not for every copy
        return cls(
            frozen(run.lanes),
            run.history.to_tensors(),
            tuple(run.changes),
            run.merged,
            tuple(run.keyframes.steps),
            run.changed_at,
        )

    def give_to(self, run: "Run") -> None:
        """Make `run`, which has its photos and its empty keyframes, go on from here."""
        run.lanes, run.history = self.lanes, History.from_tensors(*self.history)
        run.changes, run.merged, run.changed_at = list(self.changes), self.merged, self.changed_at
        run.settings = run.changes[-1][1]
        run.keyframes.restore(list(self.keyframes), run.lanes)

    def write(self, folder: Path) -> None:
        """Write it down; see the module's text. Errors: OSError as the disk gives it."""
        name = secrets.token_hex(4)
        try:
            self._write_files(folder, name)
        except OSError:  # a full disk: what is there of this state takes room that is needed
            _unlink(folder, f"now-{name}-*")
            raise
        for old in folder.glob("now-*"):
            if not old.name.startswith(f"now-{name}-"):
                old.unlink(missing_ok=True)
        (folder / UNWRITTEN).unlink(missing_ok=True)

    def _write_files(self, folder: Path, name: str) -> None:
        for i, lane in enumerate(self.lanes):
            lane.save(folder / f"now-{name}-{i}.safetensors")
        write_tensors(folder / f"now-{name}-history.safetensors", *self.history)
        about = {
            "saved": name,
            "changes": [[step, asdict(settings)] for step, settings in self.changes],
            "merged": self.merged,
            "keyframes": self.keyframes,
            "changed_at": self.changed_at,
        }
        write_bytes(folder / FILE, json.dumps(about).encode())

    @classmethod
    def read(cls, folder: Path, train: Photos) -> "RunState":
        """What `write` wrote. Errors: WeightsError in a sentence where there is none or a broken one."""
        try:
            about = _about(folder)
            name = str(about["saved"])
            if not name.isalnum() or len(name) > 40:
                raise ValueError("it names no state")
            changes = tuple((int(step), _settings(values)) for step, values in about["changes"])
            history = read_tensors(folder / f"now-{name}-history.safetensors")
            lanes = tuple(
                Descent.load(folder / f"now-{name}-{i}.safetensors", train.pixels, train.Y)
                for i in range(len(changes[-1][1].losses))
            )
            keyframes = tuple(sorted(int(step) for step in about["keyframes"]))
            changed_at = int(about["changed_at"])
            _refuse_a_mixture(lanes, History.from_tensors(*history), changes, keyframes, changed_at)
            return cls(lanes, history, changes, int(about["merged"]), keyframes, changed_at)
        except _UNREADABLE as broken:
            raise WeightsError(f"the saved run cannot be read: {broken}") from broken


def _refuse_a_mixture(
    lanes: tuple[Descent, ...],
    curves: History,
    changes: tuple[tuple[int, Settings], ...],
    keyframes: tuple[int, ...],
    changed_at: int,
) -> None:
    """Errors: ValueError in a sentence unless all of it is of one run, up to one step."""
    first, now = lanes[0], lanes[0].steps
    places = {(one.steps, one.epoch, one.position, one.seed, one.network.sizes) for one in lanes}
    if len(places) > 1 or len(curves.lanes) != len(lanes):
        raise ValueError("its files are not of one run")
    if changes[0][0] != 0 or any(a > b for (a, _), (b, _) in pairwise(changes)):
        raise ValueError("its settings are not in the order of the steps")
    if len({settings.start() for _, settings in changes}) > 1 or first.network.sizes != changes[-1][1].sizes:
        raise ValueError("its settings are those of other networks")
    if any(p.dtype != torch.float32 for lane in lanes for p in lane.parameters):
        raise ValueError("its weights are of another kind")
    ends = [curve.last for lane in curves.lanes for curve in lane.curves().values()]
    seen = [end[0] for end in ends if end is not None] + [event.step for event in curves.events]
    if max(seen, default=0) > now:
        raise ValueError("its curves go on after its weights")
    if len(keyframes) > MOST or any(not 0 <= step <= now for step in keyframes):
        raise ValueError("it kept steps that it has not taken, or too many")
    if changes[-1][0] > now or not 0 <= changed_at <= now:
        raise ValueError("it was changed before it began, or has yet to be")


def _unlink(folder: Path, names: str) -> None:
    for file in folder.glob(names):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def leave_unwritten(folder: Path) -> None:
    """Note that the run has gone on and is not written. Errors: OSError as the disk gives it."""
    (folder / UNWRITTEN).touch(mode=0o600)


def was_unwritten(folder: Path) -> bool:
    """Whether the run went on after what is written here, if anything is."""
    return os.path.isfile(folder / UNWRITTEN)


def has_state(folder: Path) -> bool:
    """Whether a state is written there; not so where the folder cannot be looked into."""
    return os.path.isfile(folder / FILE)


def settings_in(folder: Path) -> Settings | None:
    """What the run in this folder was set to last, without its photos; None if the folder does not say."""
    try:
        return _settings(_about(folder)["changes"][-1][1])
    except _UNREADABLE:
        return None


def _about(folder: Path) -> Any:
    """What FILE says. Errors: OSError, ValueError; nothing but a file of a bounded length is read."""
    if not has_state(folder):
        raise ValueError("there is no file that names it")
    with (folder / FILE).open("rb") as file:
        text = file.read(MOST_TEXT + 1)
    if len(text) > MOST_TEXT:
        raise ValueError("the file that names it is too long")
    return json.loads(text.decode())


def _settings(values: Any) -> Settings:
    if not isinstance(values, dict):
        raise ValueError("it names no settings")
    settings, refused = Settings.checked(values)
    if refused:  # what a setting stays at is the affair of a run that there is
        why = refused[0].partition(" It stays ")[0].partition(" They stay ")[0]
        raise ValueError(why[0].lower() + why[1:].rstrip("."))
    return settings
