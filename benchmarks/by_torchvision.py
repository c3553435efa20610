"""The peer of `photo_folder`: torchvision's ImageFolder and DataLoader, and the shipped networks in torch.nn.

A folder is read as the documentation of ImageFolder shows, Resize, CenterCrop and ToTensor, for each of the
sizes that a network looks at; and, which is quicker, with torchvision's own decoder into tensors instead of
Pillow's pictures. The network on patches is the convolutional network that it is.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.io import ImageReadMode, read_image
from torchvision.transforms import CenterCrop, Compose, Resize, ToTensor, v2

from core import patches
from core.closer_look import LEAN, STRIDE, WHOLE
from core.network import Layer, Network
from core.patches import MARGIN
from core.photo_folder.stream import AT_ONCE
from core.pixels import CHANNELS, SIZE

ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


def loader(root: Path, sides: Sequence[int], workers: int, *, tensors: bool) -> DataLoader:
    """Batches of photos (m, 3, side, side) in 0 … 1, one for each of `sides`, and their classes (m,).

    By Pillow's pictures, or by files read into tensors of bytes, floats only once they are small.
    """
    if tensors:
        to_float = v2.ToDtype(torch.float32, scale=True)
        ways = [
            v2.Compose([v2.Resize(side, antialias=True), v2.CenterCrop(side), to_float]) for side in sides
        ]
        read = partial(read_image, mode=ImageReadMode.RGB)
        pictures = ImageFolder(str(root), _EachOf(ways), loader=read)
    else:
        ways = [Compose([Resize(side), CenterCrop(side), ToTensor()]) for side in sides]
        pictures = ImageFolder(str(root), _EachOf(ways))
    return DataLoader(pictures, batch_size=AT_ONCE, num_workers=workers, persistent_workers=workers > 0)


class _EachOf:
    """One picture in several ways."""

    def __init__(self, ways: Sequence[Callable[[object], Tensor]]) -> None:
        self.ways = ways

    def __call__(self, picture: object) -> tuple[Tensor, ...]:
        return tuple(way(picture) for way in self.ways)


def in_torch(network: Network) -> nn.Module:
    """The same network on photos of each of its sizes: (m, 3, side, side) in −1 … 1 → ŷ (m, k)."""
    return OnPatches(network) if patches.sees_patches(network) else OnPhotos(network)


class OnPhotos(nn.Module):
    """x in its order, a pixel's three numbers together, then Linear layers."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.layers = _linear(network.layers)

    def forward(self, photos: Tensor) -> Tensor:
        return self.layers(photos.permute(0, 2, 3, 1).flatten(1))


class OnPatches(nn.Module):
    """Convolutions, a mean, Linear layers, and the closer look.

    Shapes: photos (m, 3, 64, 64), (m, 3, 104, 104), (m, 3, 144, 144) → ŷ (m, k).
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        layers, parts, k = patches.below(network), list[nn.Module](), CHANNELS
        for layer in layers.layers:
            convolution = nn.Conv2d(k, len(layer.W), layer.side(k), layer.step)
            with torch.no_grad():
                convolution.weight.copy_(patches.filters(layer, k))
                convolution.bias.copy_(layer.b[:, 0])
            parts += [convolution, ACTIVATIONS[layer.activation.name]()]
            k = len(layer.W)
        self.excited = nn.Sequential(*parts).to(memory_format=torch.channels_last)
        self.held = (SIZE - patches.receptive_field(layers)) // STRIDE + 1
        self.above = _linear(patches.above(network).layers[:-1])
        self.last, self.answer = _linear(network.layers[-1:]).children()

    def forward(self, whole: Tensor, *closer: Tensor) -> Tensor:
        inner = whole[..., MARGIN:-MARGIN, MARGIN:-MARGIN]
        middle = F.interpolate(inner, size=(SIZE, SIZE), mode="bilinear", align_corners=False).flip(3)
        ways = torch.stack([self.excited(way).mean((2, 3)) for way in (whole, whole.flip(3), middle)])
        windows = [F.avg_pool2d(self.excited(one), self.held, stride=1).flatten(2) for one in closer]
        looks = torch.cat([ways.mean(0)[:, :, None], *windows], dim=2).transpose(1, 2)  # (m, 158, k)
        z = self.last(self.above(looks))
        return self.answer(WHOLE * z[:, 0] + (1 - WHOLE) * z.amax(1) - LEAN)


def _linear(layers: Sequence[Layer]) -> nn.Sequential:
    parts: list[nn.Module] = []
    for layer in layers:
        k, n = layer.W.shape
        linear = nn.Linear(n, k)
        with torch.no_grad():
            linear.weight.copy_(layer.W)
            linear.bias.copy_(layer.b[:, 0])
        parts += [linear, ACTIVATIONS[layer.activation.name]()]
    return nn.Sequential(*parts)


@torch.inference_mode()
def judged(photos: DataLoader, model: nn.Module) -> int:
    """How many are of the class that the largest of their outputs names."""
    right = 0
    for views, targets in photos:
        right += int((model(*(view * 2 - 1 for view in views)).argmax(dim=1) == targets).sum())
    return right
