"""What `python -m core train --photos FOLDER` can be asked, and what it comes to as a plan."""

import argparse
import os
from pathlib import Path
from typing import Any

from core.photo_folder.folder import CONVENTION, PhotoFolderError
from core.photo_folder.plan import HOW, STARTS, TRAINABLE, PhotoPlan
from core.terminal import number, whole_number

MOST_SHARE = 0.95
FINE = 1 / 3  # of the rate with which a model was trained, to go on from there
DEFAULTS: dict[str, Any] = {"start": "shipped", "epochs": 20, "rate": None, "share": 0.5, "save_every": 10.0}
SPELT = {"start": "--from", "save_every": "--save-every"}


def add_training_options(trainer: argparse.ArgumentParser) -> None:
    """The options that go with --photos; one that is not given is None, until `training_plan` fills it in."""
    own = trainer.add_argument_group(
        "a folder of your photos",
        f"One folder a class: {CONVENTION}. One model of {', '.join(TRAINABLE)} is trained (default "
        "network). If it is stopped or killed, the same command goes on from there; until it is done, "
        "FILE.state and, with small copies of the photos, FILE.photos lie beside the weights. Of the network "
        "on patches only the layers above the mean learn, from either start.",
    )
    epochs = whole_number(1, 1_000_000, "a number of epochs, at least 1")
    rate = number(1e-12, 1e6, "a positive number")
    share = number(0, MOST_SHARE, f"a share from 0 to {MOST_SHARE}")
    seconds = number(0, 1e6, "seconds from 0 up")
    own.add_argument("--photos", type=Path, metavar="FOLDER", help="your photos, any number of them")
    own.add_argument(
        "--from",
        dest="start",
        choices=STARTS,
        help="the weights to start from (default shipped; zero: new ones, as an untrained model has them)",
    )
    own.add_argument("--epochs", type=epochs, help="how often each photo is seen (default 20)")
    own.add_argument("--rate", type=rate, help="α of the first step (default: what suits model and start)")
    own.add_argument(
        "--share", type=share, help=f"share of rendered photos among yours, 0 … {MOST_SHARE} (default 0.5)"
    )
    own.add_argument(
        "--save-every", type=seconds, metavar="SECONDS", help="how much work a kill may cost (default 10)"
    )


def refuse_photo_options(options: argparse.Namespace) -> None:
    """Without --photos these options would do nothing. Errors: PhotoFolderError if one is given."""
    for name in DEFAULTS:
        if getattr(options, name) is not None:
            raise PhotoFolderError(f"{SPELT.get(name, f'--{name}')} goes with --photos FOLDER")


def training_plan(options: argparse.Namespace) -> tuple[PhotoPlan, Path, float]:
    """The plan, the file for the weights, and the seconds between two states. Errors: PhotoFolderError."""
    models = options.models or ["network"]
    if len(models) > 1 or models[0] not in TRAINABLE:
        raise PhotoFolderError(f"with --photos one model is trained, of {', '.join(TRAINABLE)}")
    model = models[0]
    given = {name: getattr(options, name) for name in DEFAULTS if getattr(options, name) is not None}
    chosen = DEFAULTS | given
    if options.tested is not None:
        raise PhotoFolderError("--tested goes without --photos: of those a fifth is held back to measure")
    if options.rendered is not None and chosen["share"] == 0:
        raise PhotoFolderError("--rendered photos would not be used: --share 0 asks for none of them")
    save_every = chosen.pop("save_every")
    if chosen["rate"] is None:
        chosen["rate"] = HOW[model].learning_rate * (FINE if chosen["start"] == "shipped" else 1)
    out = options.out or Path(f"{model}-{Path(os.path.realpath(options.photos)).name}.safetensors")
    if out.is_dir():
        raise PhotoFolderError(
            f"--out {out} is a folder; with --photos it is the file that the weights go to"
        )
    return PhotoPlan(model=model, seed=options.seed, **chosen), out, save_every
