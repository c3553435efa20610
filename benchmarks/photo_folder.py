"""A folder of photos decoded and judged, beside torchvision's ImageFolder and DataLoader on the same folder.

The photos are rendered ones, enlarged with noise, JPEG quality 90: 512 × 384, and 4000 × 3000 as a phone's.
The peer reads as its documentation shows, Resize(64), CenterCrop(64), ToTensor; and, which is quicker, with
its own decoder into tensors instead of Pillow's pictures. It judges by the same network in torch.nn, with as
many workers as are quicker: none, or two that are started before the clock is. Both read in batches of 16,
and torch computes on one thread, so that all cores decode. The peer decodes all pixels of a JPEG; here it is
decoded at 1/2 (512 × 384) or 1/8 (4000 × 3000) of its size, see core.photos for what that changes.

The peak memory is that of a process of its own that runs the command, over 100 photos and over 5,000.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision.datasets import ImageFolder
from torchvision.io import ImageReadMode, read_image
from torchvision.transforms import CenterCrop, Compose, Resize, ToTensor, v2

from benchmarks.turns import against, heading, in_turns
from core.balls import ONE, render
from core.judging import judge_crops, sides
from core.network import Network
from core.photo_folder.accuracy import measure
from core.photo_folder.folder import PhotoFolder, list_photos
from core.photo_folder.stream import AT_ONCE, labelled
from core.photos import PhotoError
from core.weights import load_model

FOLDERS = (("512 × 384", (512, 384), 160), ("4000 × 3000", (4000, 3000), 12))
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
    model = load_model("network")
    peer = in_torch(model)
    with tempfile.TemporaryDirectory() as place, one_thread():
        for size, pixels, count in FOLDERS:
            root = write_folder(Path(place) / size, pixels, count)
            heading(f"{count} photos of {size} pixels, decoded and judged")
            folder = list_photos(root)
            loaders = {
                f"torchvision, {how}, {workers} workers": torchvision_loader(root, workers, tensors=tensors)
                for how, tensors in (("pictures", False), ("tensors", True))
                for workers in (0, 2)
            }
            mine, *theirs = in_turns(
                [
                    lambda folder=folder: judged(folder, model),
                    *(partial(judged_by_torchvision, loader, peer) for loader in loaders.values()),
                ],
                repeats=1,
                turns=TURNS,
            )
            for what, seconds in zip(("here", *loaders), (mine, *theirs), strict=True):
                rate, best = count / np.median(seconds), count / min(seconds)
                print(f"{what:68s}{rate:9.1f} photos/s   most {best:9.1f} photos/s")
            for what, ways in (("pictures", theirs[:2]), ("tensors", theirs[2:])):
                fastest = [min(turn) for turn in zip(*ways, strict=True)]
                against(
                    f"torchvision's {what}, the quicker way, beside this, time", fastest, mine, at_least=1
                )
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


def judged(folder: PhotoFolder, model: Network) -> None:
    models = {"network": model}
    batches = labelled(folder, torch.arange(len(folder)), sides(models), left_out=unexpected)
    measure(partial(judge_crops, models), batches)


def unexpected(path: Path, refused: PhotoError) -> None:
    raise AssertionError(f"{path}: {refused}")


def torchvision_loader(root: Path, workers: int, *, tensors: bool) -> torch.utils.data.DataLoader:
    """Pictures by Pillow, or files read into tensors of bytes, floats only once they are small."""
    if tensors:
        to_float = v2.ToDtype(torch.float32, scale=True)
        pictures = ImageFolder(
            str(root),
            v2.Compose([v2.Resize(64, antialias=True), v2.CenterCrop(64), to_float]),
            loader=partial(read_image, mode=ImageReadMode.RGB),
        )
    else:
        pictures = ImageFolder(str(root), Compose([Resize(64), CenterCrop(64), ToTensor()]))
    return torch.utils.data.DataLoader(
        pictures, batch_size=AT_ONCE, num_workers=workers, persistent_workers=workers > 0
    )


def in_torch(network: Network) -> torch.nn.Module:
    """The same network on photos (m, 3, 64, 64) in 0 … 1."""
    parts: list[torch.nn.Module] = [torch.nn.Flatten()]
    activations = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}
    for layer in network.layers:
        k, n = layer.W.shape
        linear = torch.nn.Linear(n, k)
        with torch.no_grad():
            linear.weight.copy_(layer.W)
            linear.bias.copy_(layer.b[:, 0])
        parts += [linear, activations[layer.activation.name]()]
    return torch.nn.Sequential(*parts)


@torch.inference_mode()
def judged_by_torchvision(loader: torch.utils.data.DataLoader, model: torch.nn.Module) -> int:
    right = 0
    for photos, targets in loader:  # (m, 3, 64, 64), (m,)
        x = photos.permute(0, 2, 3, 1) * 2 - 1  # (m, 64, 64, 3), as the network's inputs are
        right += int((model(x).argmax(dim=1) == targets).sum())
    return right


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
