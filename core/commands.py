"""python -m core train | accuracy | predict: make the weights that ship, measure them, ask them."""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from core.balls import KINDS, TEST_SEED, TRAIN_SEED, Photos, Recipe, dataset, rendering_device
from core.closer_look import LEAN
from core.device import default_device, device_named
from core.divergence import DivergedError
from core.judging import ANSWERS, judge, load_own
from core.network import Network
from core.patch_training import ANY_NUMBER, PatchPlan, balanced, best_lean, train_on_patches
from core.photo_folder.commands import accuracy_on_photos, train_on_photos
from core.photo_folder.folder import CONVENTION, PhotoFolderError, printable
from core.photo_folder.options import add_training_options, refuse_photo_options
from core.photo_folder.stream import AT_ONCE, read_file
from core.photos import Photo
from core.processor.memory import keep_freed_memory
from core.processor.parallel import blocks, in_parallel
from core.progress_bars import tqdm
from core.terminal import Parser, shown, told, whole_number
from core.training import PLANS, mirrored, model_accuracy, train
from core.weights import FOLDER, MODELS, WeightsError, load_model, save_network
from core.whole_files import check_writable

TESTED = 4096  # unseen photos that each trained model is measured on
SEVERAL = tuple(ANSWERS)[1:]  # the answers of three numbers
OTHERS = {"64-32": "network", "3-2-1": "three_layers"}  # the networks that ship beside the best
OWN = "weights"  # what a person's own file says, where one is given
COUNT = whole_number(1, 99_999_999, "a number of photos, from 1 to 99999999")  # more would be terabytes
SEED = whole_number(0, 2**63 - 1, "a whole number from 0 to 2⁶³ − 1")
HALVES = ("network",)  # kept as float16, as is the one on patches: four megabytes in all


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Status: 0, or 1 if it could not do what it was asked; SystemExit, 2, for a wrong call.

    Whatever goes wrong, and whoever stops it, is told in a sentence on stderr. `predict` without --json ends
    with 1 if any photo cannot be read, a folder's command if none can.
    """

    def work() -> int:
        options = _parser().parse_args(arguments)
        return int(options.run(options))

    return told("python -m core", work, WeightsError, PhotoFolderError, DivergedError)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m core", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="train | accuracy | predict")

    trainer = commands.add_parser(
        "train", help="train the models that ship on rendered photos, or one on a folder of your photos"
    )
    trainer.add_argument(
        "models", nargs="*", metavar="MODEL", help=f"any of {', '.join(MODELS)}; default all"
    )
    trainer.add_argument(
        "--rendered",
        type=COUNT,
        default=None,
        help=f"rendered photos to train on (default 49152, for patches {PatchPlan.photos}; "
        "with --photos, 8192 to mix in)",
    )
    trainer.add_argument(
        "--tested", type=COUNT, default=None, help=f"unseen photos to test on (default {TESTED})"
    )
    trainer.add_argument("--seed", type=SEED, default=11, help="draws the start and the order (default 11)")
    trainer.add_argument(
        "--out",
        type=Path,
        default=None,
        help="folder to write to (default assets/weights); with --photos, a file "
        "(default MODEL-FOLDER.safetensors)",
    )
    trainer.add_argument(
        "--device",
        type=_device,
        default=None,
        help="cpu, cuda or mps; the fastest present by default (patches always learn on the CPU)",
    )
    add_training_options(trainer)
    trainer.set_defaults(run=_train)

    tester = commands.add_parser(
        "accuracy", help="measure the shipped models on unseen rendered photos, or on a folder of photos"
    )
    tester.add_argument(
        "--rendered", type=COUNT, default=None, help=f"unseen rendered photos (default {TESTED})"
    )
    tester.add_argument(
        "--photos", type=Path, metavar="FOLDER", help=f"measure on photos, one folder a class: {CONVENTION}"
    )
    tester.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="with --photos: weights from `train --photos`, measured too, on photos they did not learn from",
    )
    tester.add_argument("--json", action="store_true", help="with --photos: one JSON object per line")
    tester.add_argument("--device", type=_device, default="cpu", help="cpu, cuda or mps (default cpu)")
    tester.set_defaults(run=_accuracy)

    asker = commands.add_parser("predict", help="what each model that ships says about photos")
    asker.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    asker.add_argument(
        "--weights", type=Path, metavar="FILE", help="weights from `train --photos`, asked too"
    )
    asker.add_argument(
        "--json", action="store_true", help="one JSON object per line: Goals 1, 2, 3, the best network"
    )
    asker.add_argument("--device", type=_device, default="cpu", help="cpu, cuda or mps (default cpu)")
    asker.set_defaults(run=_predict)
    return parser


def _device(name: str) -> torch.device:
    try:
        return device_named(name)
    except ValueError as absent:
        raise argparse.ArgumentTypeError(f"cpu, or cuda or mps where there is one, not '{name}'") from absent


def _train(options: argparse.Namespace) -> int:
    options.models = list(dict.fromkeys(options.models))  # a model that is named twice is trained once
    if options.photos is not None:
        return train_on_photos(options, _Rendered("rendered photos", TRAIN_SEED, torch.device("cpu")))
    refuse_photo_options(options)
    names = options.models or list(MODELS)
    count, out = options.rendered or 49_152, options.out or FOLDER
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        raise WeightsError(f"there is no model '{unknown[0]}'; the models are {', '.join(MODELS)}")
    if names == ["patches"] and options.device is not None and options.device.type != "cpu":
        raise WeightsError(f"patches learn on the CPU: --device {options.device} would change nothing")
    if out.exists() and not out.is_dir():
        raise WeightsError(f"--out {out} is a file; without --photos it is the folder that the weights go to")
    for name in names:
        check_writable(_file(out, name))
    device, tested = options.device or default_device(), options.tested or TESTED
    where = options.device or rendering_device()
    torch.set_num_threads(1)  # sums in one order: on a CPU the same weights on any number of cores
    training, unseen = (
        _Rendered("training photos", TRAIN_SEED, where),
        _Rendered("test photos", TEST_SEED, where),
    )
    for name in names:
        if name == "patches":
            _train_patches(options, out)
            continue
        plan, began = PLANS[name], time.perf_counter()
        photos = training(plan.recipe, count)
        bar = tqdm(desc=name, unit="step", file=sys.stderr)
        for progress in train(plan, mirrored(photos), seed=options.seed, device=device):
            bar.total = progress.steps
            bar.update()
            if progress.step % 50 == 0:
                bar.set_postfix_str(f"J = {progress.cost:.3f}")
        bar.close()
        network = progress.network.to("cpu")
        save_network(_file(out, name), network, half=name in HALVES, photos=count, seed=options.seed)
        measured = _measured(name, network, unseen(plan.recipe, tested))
        print(f"{measured} · {time.perf_counter() - began:.0f} s")
    return 0


def _file(out: Path, name: str) -> Path:
    return out / f"{name}.safetensors"


def _train_patches(options: argparse.Namespace, out: Path) -> None:
    """The network on patches, which learns on the CPU from photos that are rendered meanwhile."""
    began, unseen = time.perf_counter(), _Rendered("test photos", TEST_SEED, torch.device("cpu"))
    keep_freed_memory()
    plan = PatchPlan() if options.rendered is None else PatchPlan(photos=options.rendered)
    with tqdm(total=plan.steps, desc="patches", unit="step", file=sys.stderr) as bar:
        for progress in train_on_patches(plan, seed=options.seed):
            bar.update()
            if progress.step % 50 == 0:
                bar.set_postfix_str(f"J = {progress.cost:.3f}")
    network = balanced(progress.network, plan)
    save_network(_file(out, "patches"), network, half=True, photos=plan.photos, seed=options.seed)
    measured = _measured("patches", network, unseen(ANY_NUMBER, options.tested or TESTED))
    lean = f"closer look: c = {best_lean(network, plan):.3f} is best, core/closer_look.py has {LEAN}"
    print(f"{measured} · {lean} · {time.perf_counter() - began:.0f} s")


def _accuracy(options: argparse.Namespace) -> int:
    if options.photos is not None:
        if options.rendered is not None:
            raise PhotoFolderError("--rendered goes without --photos: those are measured on, and no others")
        return accuracy_on_photos(options)
    for name in ("json", "weights"):
        if getattr(options, name):
            raise PhotoFolderError(f"--{name} goes with --photos FOLDER")
    # A broken one is told at once.
    models = {name: load_model(name, device=options.device) for name in MODELS}
    unseen = _Rendered("test photos", TEST_SEED, options.device)
    for name, model in models.items():
        photos = unseen(PLANS[name].recipe if name in PLANS else ANY_NUMBER, options.rendered or TESTED)
        print(_measured(name, model, photos))
    return 0


def _measured(name: str, network: Network, unseen: Photos) -> str:
    tested = model_accuracy(name, network, unseen)
    recalls = " ".join(f"{ball} {_share(r)}" for ball, r in zip(KINDS, tested.recall, strict=False))
    of = "1 unseen rendered photo" if tested.count == 1 else f"{tested.count} unseen rendered photos"
    return (
        f"{name:13}{network.parameter_count:>9,} parameters · answers right {tested.answers:.1%} · "
        f"whole photos {tested.photos:.1%} (commonest answer alone {tested.chance:.1%}) · "
        f"recall {recalls} · {of}"
    )


def _share(recall: float) -> str:
    return "not measured (no photo)" if math.isnan(recall) else f"{recall:.1%}"


class _Rendered:
    """Photos of one seed with a progress bar; models that learn from the same recipe share them."""

    def __init__(self, what: str, seed: int, device: torch.device) -> None:
        self.what, self.seed, self.device = what, seed, device
        self.photos: dict[tuple[Recipe, int], Photos] = {}

    def __call__(self, recipe: Recipe, count: int) -> Photos:
        if (recipe, count) not in self.photos:
            self.photos.clear()  # one set at a time: the largest is hundreds of megabytes
            with tqdm(total=count, desc=self.what, unit="photo", file=sys.stderr) as bar:
                self.photos[recipe, count] = dataset(
                    self.seed,
                    count,
                    recipe,
                    progress=lambda done, _: bar.update(done - bar.n),
                    device=self.device,
                )
        return self.photos[recipe, count]


def _predict(options: argparse.Namespace) -> int:
    asked = ANSWERS if options.json else ANSWERS | OTHERS
    models = {name: load_model(model, device=options.device) for name, model in asked.items()}
    if options.weights is not None:
        models[OWN] = load_own(options.weights, device=options.device)
    failed = False
    for block in blocks(in_parallel(read_file, options.photos), AT_ONCE):
        said = judge(models, [photo for _, photo in block if isinstance(photo, Photo)])
        columns = iter(range(len(block)))  # of the photos that could be read
        for path, photo in block:
            if isinstance(photo, Photo):
                column = next(columns)
                _say(path, {name: Y_hat[:, column].tolist() for name, Y_hat in said.items()}, options.json)
            else:
                failed = True
                _say_error(path, str(photo), options.json)
    return int(failed and not options.json)


def _say(path: Path, said: dict[str, list[float]], as_json: bool) -> None:
    if as_json:
        finite = {name: [p if math.isfinite(p) else None for p in said[name]] for name in said}
        answer: dict[str, object] = {"photo": printable(path), "goal1": finite["goal1"][0]}
        answer |= {name: finite[name] for name in (*SEVERAL, OWN) if name in finite}
        print(json.dumps(answer, allow_nan=False), flush=True)
        return
    print(shown(path))
    for name, numbers in said.items():
        pairs = zip(KINDS, numbers, strict=False)  # of one output, the first ball alone
        print(f"  {name:8} " + "  ".join(f"{ball} {_answer(p)}" for ball, p in pairs))


def _answer(p: float) -> str:
    return f"{p:.3f}" if math.isfinite(p) else "no number (the weights are too large)"


def _say_error(path: Path, sentence: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"photo": printable(path), "error": sentence}), flush=True)
    else:
        print(f"{shown(path)}\n  {sentence}")
