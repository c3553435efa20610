"""One run and the disk: taken up from its folder or begun, and written there while it goes on.

    build     the run as soon as its photos are there         keep        its state, if it has changed
    fresh     a folder for a new one                          take_pace   how fast it is let go, as it was

A run that cannot be written goes on in memory and says so (`LiveRun.not_kept`); one that holds what a person
brought is never written, only noted (core.live_run.state). Its pace, which is no part of what it has learned,
stands in a file of its own.
"""

import errno
import logging
import shutil
import time
from pathlib import Path

from core.live_run.run import Run
from core.live_run.state import has_state, leave_unwritten, was_unwritten
from core.weights import WeightsError
from core.whole_files import write_bytes
from ui.live_training.live_run import LiveRun
from ui.live_training.pace import PACES

PACE = "pace"  # the file that names it
KEEP_EVERY = 0.4  # seconds from one state on the disk to the next
FULL = (errno.ENOMEM, errno.EMFILE, errno.ENFILE)  # no memory; no further file may be open
FORGOTTEN = (
    "This run went on with photos or weights of your own. Such a run is in the server’s memory only, and "
    "has been lost since: here it is as it was before them, with rendered photos."
)

log = logging.getLogger(__name__)


def build(live: LiveRun, folder: Path | None) -> None:
    """Make the run, or take up the one in the folder, once the photos are there.

    Pages and the keeper thread both ask for it; while one builds, the other goes on. Photos that could not be
    rendered, for want of memory say, may come later; so may a saved run, whose files stay as they are.
    """
    if live.run is not None or not live.building.acquire(blocking=False):
        return
    try:
        if live.run is None:
            _build(live, folder)
    finally:
        live.building.release()
    if live.playing and live.run is not None:
        live.wake(live)


def _build(live: LiveRun, folder: Path | None) -> None:
    try:
        photos = live.photos()
    except Exception as fault:
        _wait(live, "The photos could not be rendered", fault)
        return
    if photos is None:
        live.stopped = None
        live.version += 1  # the share of them that is there
        return
    run = None
    if folder is not None and was_unwritten(folder):
        live.told = FORGOTTEN
    if folder is not None and has_state(folder):
        try:
            run = Run.load(folder, *photos)
        except Exception as fault:  # whatever is wrong with the files: there is a run afterwards
            if lack := _out_of_room(fault):
                _wait(live, "Your run could not be taken up yet", lack)
                return
            if isinstance(fault, WeightsError):
                live.told = f"Your run could not be taken up again, so here is a new one: {fault}."
            else:
                log.exception("a saved run could not be taken up")
                live.told = (
                    f"Your run could not be taken up again ({type(fault).__name__}); here is a new one."
                )
    live.stopped = None
    if folder is not None and run is None:
        shutil.rmtree(folder, ignore_errors=True)
        live.pace_kept = None
        folder = fresh(live, folder)
    with live.held():
        if run is None:
            run = Run(live.settings, *photos, folder, own=live.own)
        elif live.own is not None:
            run.bring(live.own)
        live.settings, live.found = run.settings, run.steps
        live.run = run
        live.version += 1


def _wait(live: LiveRun, what: str, fault: BaseException) -> None:
    """Say what cannot be done now; the keeper's next round tries it again."""
    if live.stopped is None:
        log.error("%s", what, exc_info=fault)
        live.stopped = f"{what} ({type(fault).__name__}). It is tried again in a moment."
        live.version += 1


def _out_of_room(fault: BaseException | None) -> MemoryError | OSError | None:
    """What is at the root of it, where that is no fault of the files: memory is full, or the process is."""
    while fault is not None:
        if isinstance(fault, MemoryError) or (isinstance(fault, OSError) and fault.errno in FULL):
            return fault
        fault = fault.__cause__
    return None


def fresh(live: LiveRun, folder: Path) -> Path | None:
    """Make a new folder that only this user can read; None, and a sentence in `not_kept`, if that fails."""
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as refused:
        _cannot_keep(live, refused)
        return None
    return folder


def keep(live: LiveRun) -> None:
    """Write the run to disk if it has changed and the last time is long enough ago.

    It is held only as long as it takes to copy its state, not while the disk works.
    """
    if not live.unsaved or time.monotonic() - live.saved_at < KEEP_EVERY:
        return
    try:
        with live.held() as run:
            if run is None or run.folder is None:
                return
            if run.private:
                _leave_unwritten(live, run.folder)
                return
            version, live.saved_at = live.version, time.monotonic()
            state, trouble = run.state(), run.keyframes.trouble
        state.write(run.folder)
        _keep_pace(live, run.folder)
        if trouble is not None:
            run.keyframes.trouble = None  # there is room again: the next one tries
            raise OSError(trouble)
        live.not_kept = None
    except (OSError, MemoryError, RuntimeError) as refused:  # torch says with the last that memory is full
        _cannot_keep(live, refused)
        version = live.version
    live.saved_version = version


def take_pace(live: LiveRun, folder: Path) -> None:
    """Go at the pace that stands in the folder; without one, or with another word there, as before."""
    try:
        with (folder / PACE).open("rb") as file:
            name = file.read(20).decode()
    except (OSError, UnicodeDecodeError):
        return
    if name in PACES:
        live.pace.choose(name)
        live.pace_kept = name


def _keep_pace(live: LiveRun, folder: Path) -> None:
    name = live.pace.name
    if name != live.pace_kept:
        write_bytes(folder / PACE, name.encode())
        live.pace_kept = name


def _leave_unwritten(live: LiveRun, folder: Path) -> None:
    """The disk has the run as it was before a person brought something, and now a note that it went on."""
    try:
        leave_unwritten(folder)
    except OSError as refused:
        _cannot_keep(live, refused)
    live.saved_version, live.saved_at = live.version, time.monotonic()


def _cannot_keep(live: LiveRun, refused: OSError | MemoryError | RuntimeError) -> None:
    why = (refused.strerror or str(refused)) if isinstance(refused, OSError) else type(refused).__name__
    said = (
        f"This run cannot be kept on the server’s disk ({why}): "
        "it goes on, and is lost when the server stops."
    )
    if said != live.not_kept:
        live.not_kept = said
        live.version += 1
