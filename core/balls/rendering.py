"""Photos by seed and index: render, the layers of a photo whose ball can be moved, and whole data sets.

photo = develop(expose(compose(backdrop, light, objects))), each a pure function of (seed, index, recipe).
Only operations that IEEE 754 defines to the last bit (+, -, *, /, sqrt, floor, comparison, table look-up) act
on pixels, so a photo has the same bits in a batch of one or of thousands, first or last, on any number of
threads.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.backdrop import draw_backdrop
from core.balls.camera import develop, draw_camera, expose
from core.balls.chance import Dice, photo_keys
from core.balls.light import draw_light
from core.balls.placing import draw_objects
from core.balls.recipe import MIXED, ONE, Indices, Recipe, checked_indices, draw_kinds, multi_hot
from core.balls.scene import compose
from core.balls.tables import make_tables
from core.balls.threads import one_thread
from core.balls.turns import Turns
from core.device import default_device
from core.once import once
from core.pixels import SIZE
from core.processor.cores import CORES
from core.processor.parallel import in_parallel

CHUNK = 512  # photos of a data set that are rendered together on a CPU: with fewer the calls cost more
LONE_CHUNK = 1024  # of those that somebody waits for, which one thread renders: some 200 MB meanwhile
WIDE_CHUNK = 2048  # of all on other devices: enough to keep a GPU busy
BESIDE = 4  # chunks at most that a CPU renders at a time: each takes some 100 MB meanwhile
AT_ONCE = min(CORES, BESIDE)
PROOF = 16  # photos that an accelerator renders before it is trusted

_turns = Turns(AT_ONCE)  # whatever is rendered in this process


@dataclass(frozen=True)
class Photos:
    """pixels uint8 (m, 64, 64, 3); Y multi-hot (3, m) float32, both on one device."""

    pixels: Tensor
    Y: Tensor

    def __len__(self) -> int:
        return self.pixels.shape[0]


@dataclass(frozen=True)
class Layers:
    """A one-ball photo in two layers.

    background uint8 (64, 64, 3); ball float32 (64, 64, 4): R, G, B multiplied by A already, all in [0, 1],
    shadow included; centre (row, col) and radius in pixels. photo = ball's RGB + (1 - A) * background.
    """

    background: Tensor
    ball: Tensor
    centre: tuple[float, float]
    radius: float


@dataclass(frozen=True)
class Shot:
    """m exposed scenes before their 8 bits, with what the layers of a photo need."""

    display: Tensor  # (m, 3, 64, 64) in [0, 1]
    empty: Tensor | None  # the same without its balls
    cover: Tensor | None  # (m, 1, 64, 64)
    Y: Tensor
    row: Tensor
    column: Tensor
    radius: Tensor


def shoot(seed: int, indices: Tensor, recipe: Recipe, layered: bool = False) -> Shot:
    """The photos of indices (m,) int64, all at once, on the indices' device and any number of threads."""
    make_tables(indices.device)
    dice = Dice(photo_keys(seed, indices))
    count, kinds = draw_kinds(dice, recipe)
    objects = draw_objects(Dice(dice.spawn(100)), count, kinds, recipe)
    backdrop = draw_backdrop(Dice(dice.spawn(101)), (objects.kind[:, 0] < 0).to(torch.float32))
    light = draw_light(Dice(dice.spawn(102)), backdrop.ground, backdrop.studio)
    camera = draw_camera(Dice(dice.spawn(103)), backdrop.studio)
    linear, cover = compose(
        dice, objects, backdrop, light, with_cover=layered, ball=recipe.ball, clubs=recipe.club
    )
    m = indices.shape[0]
    return Shot(
        display=expose(linear.view(m, 3, SIZE * SIZE), camera),
        empty=expose(backdrop.linear, camera) if layered else None,
        cover=cover,
        Y=multi_hot(count, kinds),
        row=objects.row[:, 0],
        column=objects.column[:, 0],
        radius=objects.radius[:, 0],
    )


def rendering_device() -> torch.device:
    """The fastest device present that renders the CPU's photos, else the CPU.

    A photo is the same on every machine, and not every kind of accelerator has, and gets right, all that
    rendering takes.
    """
    device = default_device()
    return device if device.type == "cpu" or renders_the_same(device) else torch.device("cpu")


@once
def renders_the_same(device: torch.device) -> bool:
    """Whether an accelerator's photos are the CPU's, to a step of 255: seen on a few, once in a process."""
    here = render(0, range(PROOF), device="cpu")
    try:
        there = render(0, range(PROOF), device=device)
    except (RuntimeError, TypeError):  # something is missing there, or its memory is full
        return False
    apart = (there.pixels.cpu().int() - here.pixels.int()).abs()
    return int(apart.max()) <= 1 and torch.equal(there.Y.cpu(), here.Y)


def render(
    seed: int, indices: Indices, recipe: Recipe = MIXED, device: torch.device | str | None = None
) -> Photos:
    """The photos of these indices, in this order.

    They go before what `render_many` renders.
    device: where to render and where the result stays, by default `rendering_device`.
    Errors: ValueError for a seed or indices that are no whole numbers, for negative indices, and for a recipe
    with another number of `others` than there are.
    """
    where = torch.device(device) if device is not None else rendering_device()
    with _turns.few():
        return _render(seed, indices, recipe, where)


def _render(seed: int, indices: Indices, recipe: Recipe, where: torch.device) -> Photos:
    checked = checked_indices(seed, indices, where)
    pixels = torch.empty(len(checked), SIZE, SIZE, 3, dtype=torch.uint8, device=where)
    Y = torch.empty(3, len(checked), device=where)
    with torch.no_grad(), one_thread():
        together = LONE_CHUNK if where.type == "cpu" else WIDE_CHUNK
        for start in range(0, len(checked), together):
            shot = shoot(seed, checked[start : start + together], recipe)
            pixels[start : start + together] = develop(shot.display)
            Y[:, start : start + together] = shot.Y
    return Photos(pixels, Y)


def dataset(
    seed: int,
    count: int,
    recipe: Recipe = MIXED,
    progress: Callable[[int, int], None] | None = None,
    device: torch.device | str | None = None,
) -> Photos:
    """The first count photos of a seed, as `render_many` renders them.

    Errors: ValueError for a negative count, MemoryError for more photos than the memory holds.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"The number of photos must be a whole number from 0 up, not {count!r}.")
    return render_many(seed, range(count), recipe, progress, device)


def render_many(
    seed: int,
    indices: Indices,
    recipe: Recipe = MIXED,
    progress: Callable[[int, int], None] | None = None,
    device: torch.device | str | None = None,
) -> Photos:
    """The photos of these indices, in this order; progress(done, count) is called after every chunk.

    On a CPU chunks are rendered side by side, one a core, up to `BESIDE` in all calls of a process together,
    and give way to `render` and `layers`. Errors: as of `render`, and MemoryError for more photos than the
    memory holds.
    """
    where = torch.device(device) if device is not None else rendering_device()
    if not isinstance(indices, range):  # which may be longer than any list
        indices = checked_indices(seed, indices, torch.device("cpu"))
    count = len(indices)
    try:
        pixels = torch.empty(count, SIZE, SIZE, 3, dtype=torch.uint8, device=where)
    except RuntimeError as refused:  # torch's word for it, on every device
        gigabytes = count * SIZE * SIZE * 3 / 1e9
        raise MemoryError(f"{count:,} photos take {gigabytes:,.0f} GB, and the memory has less") from refused
    Y = torch.empty(3, count, device=where)
    chunk = CHUNK if where.type == "cpu" else WIDE_CHUNK
    parts = (slice(start, min(start + chunk, count)) for start in range(0, count, chunk))
    threads = AT_ONCE if where.type == "cpu" else 1

    def chunk_of(part: slice) -> Photos:
        with _turns.many():
            return _render(seed, indices[part], recipe, where)

    for part, photos in in_parallel(chunk_of, parts, ahead=threads + 1, threads=threads):
        pixels[part], Y[:, part] = photos.pixels, photos.Y
        if progress is not None:
            progress(part.stop, count)
    return Photos(pixels, Y)


def layers(seed: int, index: int, recipe: Recipe = ONE, device: torch.device | str | None = None) -> Layers:
    """Photo `index` as background and ball; DEMO is the recipe with room to move.

    Errors: ValueError when the recipe puts another number of balls than one into this photo; and as `render`.
    """
    where = torch.device(device) if device is not None else torch.device("cpu")
    with _turns.few(), torch.no_grad(), one_thread():
        shot = shoot(seed, checked_indices(seed, [index], where), recipe, layered=True)
    if int(shot.Y.sum()) != 1:
        raise ValueError(
            f"Only a photo with exactly one ball has layers; photo {index} has {int(shot.Y.sum())}."
        )
    assert shot.empty is not None and shot.cover is not None
    photo = develop(shot.display)[0].to(torch.float32) / 255  # (64, 64, 3)
    background = develop(shot.empty)[0]
    behind = background.to(torch.float32) / 255
    # the least A for which photo = RGB + (1 - A) * behind has 0 <= RGB <= A: in the shadow RGB is then
    # (nearly) black
    darker = 1 - photo / behind.clamp_min(1e-3)
    lighter = (photo - behind) / (1 - behind).clamp_min(1e-3)
    least = torch.maximum(darker, lighter).amax(dim=2).clamp(0, 1)  # (64, 64)
    alpha = torch.maximum(least, shot.cover[0, 0])[:, :, None]
    alpha = torch.where(
        (photo == behind).all(dim=2, keepdim=True) & (shot.cover[0, 0, :, :, None] == 0),
        torch.zeros_like(alpha),
        alpha,
    )
    colour = torch.minimum((photo - (1 - alpha) * behind).clamp_min(0), alpha)
    return Layers(
        background=background,
        ball=torch.cat((colour, alpha), dim=2),
        centre=(float(shot.row[0]), float(shot.column[0])),
        radius=float(shot.radius[0]),
    )


def composite(layers: Layers, drow: int, dcol: int) -> Tensor:
    """The photo with its ball (and shadow) moved by whole pixels down and to the right; what leaves the frame
    is cut.

    Shapes: -> uint8 (64, 64, 3). composite(layers(s, i, recipe), 0, 0) is render(s, [i], recipe).pixels[0],
    but for 1 of 255.
    """
    drow, dcol = max(-SIZE, min(SIZE, int(drow))), max(-SIZE, min(SIZE, int(dcol)))
    moved = torch.zeros_like(layers.ball)
    target = moved[max(drow, 0) : SIZE + min(drow, 0), max(dcol, 0) : SIZE + min(dcol, 0)]
    target.copy_(layers.ball[max(-drow, 0) : SIZE - max(drow, 0), max(-dcol, 0) : SIZE - max(dcol, 0)])
    picture = moved[:, :, :3] + (1 - moved[:, :, 3:]) * (layers.background.to(torch.float32) / 255)
    return (picture.clamp(0, 1) * 255 + 0.5).to(torch.uint8)
