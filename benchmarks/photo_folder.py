"""A folder of photos decoded and judged, beside torchvision's ImageFolder and DataLoader on the same folder.

The photos are rendered ones, enlarged with noise, JPEG quality 90: 512 × 384, and 4000 × 3000 as a phone's.
They are judged by the 64-32 network, and by the network on patches with a closer look, by the peer with the
same ones in torch.nn (benchmarks.by_torchvision), and with as many workers as are quicker: none, or two that
are started before the clock is. Both read in batches of 16, and torch computes on one thread, so that all
cores decode. The peer decodes all pixels of a JPEG; here it is decoded at 1/2 (512 × 384) or 1/8
(4000 × 3000) of its size, see core.photos for what that changes.

The peak memory is that of a process of its own that runs the command, over 100 photos and over 5,000.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from benchmarks import by_torchvision
from benchmarks.turns import against, heading, in_turns
from core.balls import ONE, render
from core.judging import judge_crops, sides
from core.network import Network
from core.photo_folder.accuracy import measure
from core.photo_folder.folder import PhotoFolder, list_photos
from core.photo_folder.stream import labelled
from core.photos import PhotoError
from core.weights import load_model

FOLDERS = (("512 × 384", (512, 384), 160), ("4000 × 3000", (4000, 3000), 12))
MODELS = {"network": "64-32 network", "patches": "network on patches, with a closer look"}
CLASSES = ("soccer", "basketball", "baseball", "none")
FEW, MANY = 100, 5000
TURNS = 7
PEAK = """
import sys
from pathlib import Path
from core.commands import main
main(sys.argv[1:])
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def main() -> None:
    """Print photos a second, ratios and megabytes."""
    with tempfile.TemporaryDirectory() as place, one_thread():
        for size, pixels, count in FOLDERS:
            root = write_folder(Path(place) / size, pixels, count)
            for name in MODELS:
                heading(f"{count} photos of {size} pixels, decoded and judged by the {MODELS[name]}")
                beside_torchvision(root, {name: load_model(name)})
        if not Path("/proc/self/status").exists():
            return  # elsewhere nothing says what one process held at most
        heading("peak memory of the command")
        few, many = (repeated(Path(place), count) for count in (FEW, MANY))
        for what, command in (
            ("accuracy", ["accuracy", "--json"]),
            (
                "train goal2, 2 epochs",
                ["train", "goal2", "--epochs", "2", "--share", "0", "--out", place + "/w"],
            ),
        ):
            small, large = (peak([*command, "--photos", str(root)]) for root in (few, many))
            print(f"{what:40s}{FEW} photos {small:6.0f} MB   {MANY} photos {large:6.0f} MB")


def beside_torchvision(root: Path, model: Mapping[str, Network]) -> None:
    folder, (network,) = list_photos(root), model.values()
    peer = by_torchvision.in_torch(network)
    loaders = {
        f"torchvision, {how}, {workers} workers": by_torchvision.loader(
            root, sides(model), workers, tensors=tensors
        )
        for how, tensors in (("pictures", False), ("tensors", True))
        for workers in (0, 2)
    }
    mine, *theirs = in_turns(
        [
            partial(judged, folder, model),
            *(partial(by_torchvision.judged, loader, peer) for loader in loaders.values()),
        ],
        repeats=1,
        turns=TURNS,
    )
    for what, seconds in zip(("here", *loaders), (mine, *theirs), strict=True):
        rate, best = len(folder) / np.median(seconds), len(folder) / min(seconds)
        print(f"{what:68s}{rate:9.1f} photos/s   most {best:9.1f} photos/s")
    for what, ways in (("pictures", theirs[:2]), ("tensors", theirs[2:])):
        fastest = [min(turn) for turn in zip(*ways, strict=True)]
        against(f"torchvision's {what}, the quicker way, beside this, time", fastest, mine, at_least=1)


def write_folder(root: Path, size: tuple[int, int], count: int) -> Path:
    """`count` different photos in four folders; their labels do not matter here."""
    dice = np.random.default_rng(0)
    small = render(3, range(count), ONE, device="cpu").pixels.numpy()  # (count, 64, 64, 3)
    for i in range(count):
        large = np.asarray(Image.fromarray(small[i]).resize(size, Image.Resampling.BICUBIC), dtype=np.int16)
        noisy = large + dice.integers(-6, 7, large.shape, dtype=np.int16)
        path = root / CLASSES[i % len(CLASSES)] / f"{i}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path, quality=90)
    return root


def repeated(place: Path, count: int) -> Path:
    """A folder of `count` photos, which are those of the first folder under many names."""
    photos = list_photos(place / FOLDERS[0][0])
    for i in range(count):
        photo = photos.path(i % len(photos))
        path = place / str(count) / photo.parent.name / f"{i}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(photo, path)
    return place / str(count)


def judged(folder: PhotoFolder, model: Mapping[str, Network]) -> None:
    batches = labelled(folder, torch.arange(len(folder)), sides(model), left_out=unexpected)
    measure(partial(judge_crops, model), batches)


def unexpected(path: Path, refused: PhotoError) -> None:
    raise AssertionError(f"{path}: {refused}")


def peak(command: list[str]) -> float:
    """Megabytes that a process of its own held at most while it ran the command, as Linux counts them."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *command], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return int(done.stdout.split()[-1]) * 1024 / 1e6


@contextmanager
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


if __name__ == "__main__":
    main()
