"""The commands that take a folder of photos: train --photos FOLDER, accuracy --photos FOLDER."""

import argparse
import errno
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from core.balls import Photos, Recipe
from core.device import default_device
from core.judging import judge_crops, load_own, sides
from core.network import Network
from core.photo_folder.accuracy import Measured, measure
from core.photo_folder.cache import PhotoCache
from core.photo_folder.folder import PhotoFolder, PhotoFolderError, list_photos, printable
from core.photo_folder.learned import as_tensors, learned
from core.photo_folder.options import training_plan
from core.photo_folder.plan import HOW, asked
from core.photo_folder.report import as_json, say
from core.photo_folder.stream import labelled
from core.photo_folder.training import PhotoTraining
from core.photos import PhotoError
from core.progress_bars import tqdm
from core.terminal import shown
from core.weights import MODELS, WeightsError, load_model, load_network, save_network
from core.whole_files import check_writable, clear_unfinished

HELD_BACK = 0.2  # of the photos, for measuring only
RENDERED = 8192  # to mix in: 100 MB
FULL = (errno.ENOSPC, errno.EDQUOT)


def accuracy_on_photos(options: argparse.Namespace) -> int:
    """Measure the shipped models, and a person's own file, on a folder and print what was counted.

    Status: 1 if no photo could be read. Errors: PhotoFolderError, WeightsError, OSError.
    """
    models = {name: load_model(name, device=options.device) for name in MODELS}
    own: dict[str, Network] = {}
    if options.weights is not None:
        name = options.weights.name
        own[f"./{name}" if name in models else name] = load_own(options.weights, device=options.device)
    folder = _listed(options.photos, as_json=options.json)
    known = learned(options.weights, folder) if own else torch.zeros(len(folder), dtype=torch.bool)
    torch.set_num_threads(1)  # the other cores decode
    everything, new = torch.arange(len(folder)), torch.nonzero(~known)[:, 0]
    apart = bool(known.any())  # what was learned by heart says nothing of what will come
    measured = _measured(
        models if apart else models | own, folder, everything, "judged", as_json=options.json
    )
    if apart and measured and len(new):
        measured |= _measured(own, folder, new, "judged", as_json=options.json, again=True)
    if not options.json:
        print(_contents(folder))
    for name in (*models, *own) if measured else ():
        of_model = measured.get(name)
        from_these = {"learned_from": int(known.sum())} if apart and name in own else {}
        if options.json:
            counted = {} if of_model is None else as_json(of_model)
            print(json.dumps({"model": name} | from_these | counted, allow_nan=False))
            continue
        if from_these:
            print(_learned_from(name, known, of_model is not None))
        if of_model is not None:
            say(name, of_model)
    return 0 if measured else 1


def _learned_from(name: str, known: Tensor, measured: bool) -> str:
    """Why a person's own weights are measured on fewer of the photos."""
    count, of = int(known.sum()), len(known)
    which = f"{count} of these {of}" if count < of else "all of these"
    then = "so it is measured on the others" if measured else "and no other could be measured"
    return shown(f"{name} has learned from {which} photos, {then}")


def train_on_photos(options: argparse.Namespace, rendered: Callable[[Recipe, int], Photos]) -> int:
    """Train one model on a folder, or go on where the same command was stopped; measure what it brought.

    rendered: makes the photos of a recipe that are mixed in, so many. Status: 0. Errors: as above, also where
    no photo is left to train on; DivergedError; KeyboardInterrupt, with the state written.
    """
    plan, out, save_every = training_plan(options)
    state, small = (out.with_name(out.name + end) for end in (".state", ".photos"))
    for file in (out, state):
        check_writable(file)
    _check_replaceable(out)
    folder = _listed(options.photos)
    held_back = folder.held_back(HELD_BACK)  # (m,)
    fits = asked(plan.model, folder.Y(torch.arange(len(folder))))  # (m,)
    which = torch.nonzero(~held_back & fits)[:, 0]
    print(f"{_contents(folder)}; held back to measure on: {int(held_back.sum())}")
    if not fits.all():
        others = int((~fits).sum())
        print(f"{plan.model} is asked which one, so it skips photos without exactly one ball: {others}")
    if not len(which):
        raise PhotoFolderError(
            f"{options.photos} leaves no photo to train {plan.model} on; it needs more of them"
        )

    torch.set_num_threads(1)  # sums in one order: the same weights to the last bit on any number of cores
    start, count = plan.network(), (options.rendered or RENDERED) if plan.share > 0 else 0
    run = PhotoTraining(plan, folder, which, start, count, device=options.device or default_device())
    if state.exists():
        run.load(state)
        print(f"going on after step {run.reached.step} of {run.steps}")
    with PhotoCache(small, folder.fingerprint) as cache:  # first: what else is there is told at once
        if count:
            mixed = rendered(HOW[plan.model].recipe, count)
            run.mix_in(Photos(mixed.pixels.cpu(), mixed.Y.cpu()))
        _run(run, cache, state, save_every)
    if not run.reached.moments.steps:
        state.unlink(missing_ok=True)
        small.unlink(missing_ok=True)
        raise PhotoFolderError(f"none of the photos to train on ({len(which)}) could be read")
    small.unlink(missing_ok=True)  # first: the disk may have no room for both
    beside = as_tensors(folder.marks[which.numpy()])
    save_network(out, run.result, beside=beside, photos=len(which), **asdict(plan))
    for name, measured in _measured(
        {"before": start, "after": run.result}, folder, torch.nonzero(held_back)[:, 0], "held back"
    ).items():
        say(name, measured)
    print(f"{shown(out)} holds the weights")
    state.unlink(missing_ok=True)
    for file in (out, state):
        clear_unfinished(file)
    return 0


def _check_replaceable(out: Path) -> None:
    """Earlier weights are, and a file that is empty. Errors: PhotoFolderError for anything else."""
    if out.exists() and out.stat().st_size:
        try:
            load_network(out)
        except WeightsError as other:
            raise PhotoFolderError(
                f"{out} is there and holds no weights, so it is not replaced; give another file as --out"
            ) from other


def _run(run: PhotoTraining, cache: PhotoCache, state: Path, save_every: float) -> None:
    """Step to the end with a progress bar, and write the state every so many seconds and at the end.

    Errors: KeyboardInterrupt where Ctrl-C stopped it; the state holds every whole step then.
    """
    m = len(run.which)
    with tqdm(
        total=run.plan.epochs * m,
        initial=run.plan.passed(m, run.reached.step),
        desc=run.plan.model,
        unit="photo",
        file=sys.stderr,
    ) as bar:
        saved = time.monotonic()
        try:
            for passed, cost in run.run(cache, left_out=_leave_out):
                bar.update(passed)
                if cost is not None:
                    bar.set_postfix_str(f"J = {cost:.3f}", refresh=False)
                if time.monotonic() - saved >= save_every:
                    _save(run, state, cache)
                    saved = time.monotonic()
        except KeyboardInterrupt:
            _save(run, state, cache)
            kept = f"{shown(state)} keeps step {run.reached.step}: the same command goes on from there"
            tqdm.write(kept, sys.stderr)
            raise
    _save(run, state, cache)


def _save(run: PhotoTraining, state: Path, cache: PhotoCache) -> None:
    """Write the state; on a full disk the small copies, which only save time, make room for it."""
    try:
        run.save(state)
    except OSError as refused:
        if refused.errno not in FULL or not cache.give_back():
            raise
        run.save(state)


def _measured(
    models: Mapping[str, Network],
    folder: PhotoFolder,
    which: Tensor,
    what: str,
    *,
    as_json: bool = False,
    again: bool = False,
) -> dict[str, Measured]:
    """again: what cannot be read has been told before. Of no photos there is no bar."""
    with tqdm(total=len(which), desc=what, unit="photo", file=sys.stderr, disable=not len(which)) as bar:
        leave_out = (lambda *_: None) if again else partial(_leave_out, as_json=as_json)
        batches = labelled(folder, which, sides(models), left_out=leave_out, passed=bar.update)
        on_cpu = all(model.layers[0].W.device.type == "cpu" for model in models.values())
        measured = measure(partial(judge_crops, models), batches, together=on_cpu)
    if not measured and not as_json and not again:
        print(
            f"none of the photos {what} could be read"
            if len(which)
            else "no photo is held back, so nothing is measured"
        )
    return measured


def _listed(root: Path, *, as_json: bool = False) -> PhotoFolder:
    """The folder, with each one in it that cannot be opened told as a photo is that cannot be read."""
    folder = list_photos(root)
    for path, why in folder.closed:
        _leave_out(path, PhotoError(f"The folder cannot be opened: {why}."), as_json=as_json)
    return folder


def _leave_out(path: Path, refused: PhotoError, *, as_json: bool = False) -> None:
    as_object = {"photo": printable(path), "error": str(refused)}
    said = json.dumps(as_object) if as_json else f"left out: {shown(path)}\n  {refused}"
    tqdm.write(said, file=sys.stdout)


def _contents(folder: PhotoFolder) -> str:
    classes = ", ".join(f"{name} {count}" for name, count in folder.classes.items())
    framed = f", {len(folder.frames)} of them framed as frames.csv says" if folder.frames else ""
    photos = "1 photo" if len(folder) == 1 else f"{len(folder)} photos"
    return shown(f"{photos} in {folder.root}: {classes}{framed}")
