"""What is behind a ball: studio paper, grass, court, clay, sky, blurred rooms, in linear light.

One recipe makes them all: colour gradients above and below a horizon, soft blotches (an 8 x 8 grid of
colours, enlarged), a fine texture from a sheet of noise that grows towards the camera, boxes and a painted
line. Only the numbers differ from place to place.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice, turn
from core.balls.clutter import heap, shapes
from core.balls.skin import any_colour, choose, palette
from core.once import once
from core.pixels import SIZE

SHEET = 128  # side of a sheet of texture
NOISE = 4  # the sheet of plain noise


@dataclass(frozen=True)
class Place:
    """Ranges for one kind of place; horizon in rows (64 and more: no ground; 0 and less: ground only)."""

    share: float
    far: str
    ground: str
    horizon: tuple[float, float]
    blotch: tuple[float, float]
    grain: tuple[float, float]
    sheet: int  # 0 even grain, 1 blades (upright), 2 boards (level lines), 3 coarse lumps
    boxes: float
    stripe: float
    studio: float
    shadow: tuple[float, float]


WHITE = "#ffffff #ffffff #ffffff #fdfdfd #fafafa #f4f4f4 #ffffff #ffffff"
GREYS = "#e8e8ea #d8d8da #c8cacc #f0f0f0 #b8babc #e0ddd8 #f4f2ee #a8aaae"
GREENS = "#46702e #54803a #385c26 #62883c #6e9640 #40622c #86a050 #2e4a1e #56743a #7c8a44"
TREES = "#20341c #3a4c30 #586a50 #8a9a80 #6a7078 #a8b4b8 #d0d8dc #90a8c0 #404848 #2a2e30"
WOODS = "#c89058 #d8a468 #b87c48 #e0b880 #a86c3c #cc9c60 #8c5a30 #e8c890"
EARTH = "#a8623c #b8704a #94583a #c88858 #8c6a4c #7a5c44 #c8a880 #d8c098 #6c5440 #a47858"
STONE = "#8c8c8c #a4a29c #74787c #bcb8b0 #5c6064 #949ca4 #3c4044 #6c7a88"
SKIES = "#6aa8e0 #8cc0ec #4c90d8 #a8d0f0 #c8e0f4 #3a78c4 #b8c8d8 #dce8f0"
ROOMS = "#584c44 #7c6c60 #a49484 #38343c #c8b8a4 #886858 #2c3444 #606878 #b09878 #483028"
BLACKS = "#050505 #0c0c0e #141418 #1c1c20 #101824 #0a0a0a #20242c #1c1410"

PLACES = (
    Place(0.36, WHITE, WHITE, (20, 70), (0.0, 0.01), (0.0, 0.003), 0, 0.03, 0.0, 1, (0.0, 0.55)),
    Place(0.11, GREYS, GREYS, (24, 70), (0.0, 0.06), (0.0, 0.01), 0, 0.05, 0.0, 1, (0.1, 0.7)),
    Place(0.05, "VIVID", "VIVID", (24, 80), (0.0, 0.15), (0.0, 0.03), 0, 0.1, 0.05, 1, (0.0, 0.6)),
    Place(0.08, BLACKS, BLACKS, (24, 70), (0.0, 0.5), (0.0, 0.04), 0, 0.1, 0.05, 0, (0.0, 0.7)),
    Place(0.13, TREES, GREENS, (-30, 40), (0.1, 0.6), (0.08, 0.34), 1, 0.2, 0.2, 0, (0.3, 0.85)),
    Place(0.06, ROOMS, WOODS, (-30, 44), (0.05, 0.35), (0.02, 0.14), 2, 0.5, 0.3, 0, (0.2, 0.7)),
    Place(0.07, TREES, EARTH, (-30, 40), (0.08, 0.5), (0.05, 0.25), 3, 0.3, 0.2, 0, (0.3, 0.85)),
    Place(0.03, SKIES, SKIES, (70, 90), (0.02, 0.3), (0.0, 0.01), 0, 0.1, 0.0, 0, (0.0, 0.0)),
    Place(0.06, ROOMS, ROOMS, (10, 80), (0.3, 1.0), (0.0, 0.04), 0, 0.8, 0.1, 0, (0.1, 0.7)),
    Place(0.05, TREES, STONE, (-30, 44), (0.08, 0.4), (0.04, 0.2), 3, 0.4, 0.3, 0, (0.3, 0.8)),
)


@dataclass(frozen=True)
class Backdrop:
    """linear (m, 3, 4096); ground (m, 3): its mean colour; studio (m, 1); shadow (m, 1): how strong it is."""

    linear: Tensor
    ground: Tensor
    studio: Tensor
    shadow: Tensor


@once
def sheets(device: torch.device) -> Tensor:
    """Four sheets of texture, then one of plain noise (5, SHEET * SHEET), mean 0 and standard deviation 1."""
    generator = torch.Generator().manual_seed(2024)
    noise = torch.randn(5, SHEET, SHEET, generator=generator, dtype=torch.float64)

    def smooth(sheet: Tensor, rows: int, columns: int) -> Tensor:
        for axis, count in ((0, rows), (1, columns)):
            sheet = sum((sheet.roll(step, dims=axis) for step in range(count)), torch.zeros_like(sheet))
        return sheet

    even = noise[0] + 0.5 * smooth(noise[1], 2, 2)
    blades = smooth(noise[1], 4, 1) + 0.6 * noise[0] + 0.3 * smooth(noise[2], 7, 3)
    level = torch.zeros(SHEET, SHEET, dtype=torch.float64)
    level[:: SHEET // 16] = -4.0
    boards = (
        smooth(noise[2], 1, 40) / 6
        + 0.6 * level
        + smooth(noise[3], 1, 60)[::8].repeat_interleave(8, dim=0) / 5
    )
    lumps = smooth(noise[3], 3, 3) / 3 + 0.7 * noise[2] + smooth(noise[4], 6, 8) / 7
    made = [(sheet - sheet.mean()) / sheet.std() for sheet in (even, blades, boards, lumps, noise[4])]
    return (
        torch.stack([torch.round(sheet * 4096) / 4096 for sheet in made])
        .to(torch.float32)
        .reshape(5, -1)
        .to(device)
    )


def sheet_texture(dice: Dice, which: Tensor | int) -> Tensor:
    """A random 64 x 64 cut of a sheet (wrapping round): which: one for all or (m, 1) -> (m, 4096)."""
    device = dice.keys.device
    steps = torch.arange(SIZE, device=device)
    rows = (steps[None, :] + dice.integer(SHEET)) % SHEET  # (m, 64)
    columns = (steps[None, :] + dice.integer(SHEET)) % SHEET
    place = (rows * SHEET + which * (SHEET * SHEET))[:, :, None] + columns[:, None, :]  # (m, 64, 64)
    return sheets(device).view(-1).index_select(0, place.view(-1)).view(-1, SIZE * SIZE)


def enlarge(grid: Tensor) -> Tensor:
    """(…, 8, 8) -> (…, 64, 64), smooth steps between the grid's points, by exact products (no matrix
    product, whose order may vary).
    """
    steps = torch.arange(SIZE, device=grid.device)
    place = (steps.to(torch.float32) * (7.0 / SIZE)) + 0.05
    low = place.floor()
    share = place - low
    share = share * share * (3.0 - 2.0 * share)  # smooth steps: no creases at the grid's lines
    left = low.to(torch.int64)
    rows = grid[..., left, :] * (1.0 - share)[:, None] + grid[..., left + 1, :] * share[:, None]  # (…, 64, 8)
    return rows[..., left] * (1.0 - share) + rows[..., left + 1] * share  # (…, 64, 64)


@once
def _place_numbers(device: torch.device) -> Tensor:
    rows = [
        (
            p.horizon[0],
            p.horizon[1],
            p.blotch[0],
            p.blotch[1],
            p.grain[0],
            p.grain[1],
            p.sheet,
            p.boxes,
            p.stripe,
            p.studio,
            *p.shadow,
        )
        for p in PLACES
    ]
    return torch.tensor(rows, dtype=torch.float32, device=device)


def _place_colour(dice: Dice, place: Tensor, far: bool) -> Tensor:
    """A colour of the place's palette: place (m, 1) -> (m, 3)."""
    device = place.device
    choices = []
    number = dice.uniform()
    vivid = any_colour(dice, 0.8, 0.1, 0.1)
    for p in PLACES:
        name = p.far if far else p.ground
        colours = vivid[:, None, :] if name == "VIVID" else palette(name, device)[None]
        pick = (number * colours.shape[1]).to(torch.int64).clamp_max(colours.shape[1] - 1)[:, 0]
        choices.append(
            colours[torch.arange(len(vivid), device=device), pick] if name == "VIVID" else colours[0, pick]
        )
    stack = torch.stack(choices)  # (places, m, 3)
    return stack.gather(0, place.T[:, :, None].expand(1, -1, 3))[0]


def draw_backdrop(dice: Dice, alone: Tensor) -> Backdrop:
    """The places behind the objects of m photos.

    alone (m,): 1 where nothing will stand in front; most of these are busy scenes, of the others a few.
    """
    device = dice.keys.device
    m = dice.keys.shape[0]
    place = dice.pick(tuple(p.share for p in PLACES))  # (m, 1)
    numbers = _place_numbers(device)[place[:, 0]]  # (m, 12)

    def between(column: int) -> Tensor:
        low, high = numbers[:, column : column + 1], numbers[:, column + 1 : column + 2]
        return low + (high - low) * dice.uniform()

    horizon, blotch, grain = between(0), between(2), between(4)
    sheet = numbers[:, 6:7].to(torch.int64)
    boxes, stripe, studio = numbers[:, 7:8], numbers[:, 8:9], numbers[:, 9:10]
    shadow = between(10)
    same = dice.chance(0.6) * studio  # studio paper without a horizon
    white = (place == 0).to(torch.float32)
    tone = choose(white, dice.uniform(0.97, 1.0), dice.uniform(0.6, 1.25))
    far = _place_colour(dice, place, True) * tone
    near = _place_colour(dice, place, False) * tone
    near = choose(same, far, near)
    steps = torch.arange(SIZE, dtype=torch.float32, device=device)
    row = steps[None, :]  # (1, 64)
    below = ((row - horizon) * (1.0 / dice.uniform(0.5, 6.0))).add_(0.5).clamp_(0, 1)  # (m, 64)
    depth = ((row - horizon) / (64.0 - horizon).clamp_min(8.0)).clamp_(0, 1)
    slope = choose(white, dice.uniform(-0.03, 0.0), dice.uniform(-0.35, 0.35))
    bright = 1.0 + slope * (depth * 2.0 - 1.0)
    column = (far[:, :, None] * (1.0 - below)[:, None, :] + near[:, :, None] * below[:, None, :]) * bright[
        :, None, :
    ]  # (m, 3, 64)
    picture = column[:, :, :, None].expand(m, 3, SIZE, SIZE).contiguous()

    grey = dice.grid(64).view(m, 1, 8, 8)
    hue = dice.grid(48).view(m, 3, 4, 4) * 0.5
    hue = hue.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    upper = (1.0 - below) + below * 0.35  # ground is more even than what stands behind it
    strength = (blotch * upper)[:, None, :, None]
    cloud = enlarge(grey + hue * dice.uniform(0.0, 0.8)[:, :, None, None])  # (m, 3, 64, 64)
    picture.mul_(cloud.mul_(strength).add_(1.0).clamp_min_(0.05))

    far_side = choose(dice.chance(0.5), dice.uniform(-0.35, 0.35), torch.zeros_like(slope)) * (1.0 - white)
    picture.mul_((1.0 + far_side * (row * (2.0 / 64) - 1.0))[:, None, None, :])

    # boxes: shelves, posts, people, lettering: whatever stands about
    x, y = steps[None, None, :], steps[None, :, None]
    for _ in range(3):
        cx, cy, wide, high = (
            dice.uniform(0, 64),
            dice.uniform(-8, 60),
            dice.uniform(1.5, 16),
            dice.uniform(1.5, 18),
        )
        lean, soft = dice.uniform(-0.3, 0.3), dice.uniform(0.25, 1.0)
        dx = x - cx[:, :, None] - lean[:, :, None] * (y - cy[:, :, None])
        inside = ((wide[:, :, None] - dx.abs_()) * soft[:, :, None]).clamp_(0, 1)
        inside.mul_(((high[:, :, None] - (y - cy[:, :, None]).abs_()) * soft[:, :, None]).clamp_(0, 1))
        inside.mul_(((dice.uniform() < boxes).to(torch.float32) * dice.uniform(0.5, 1.0))[:, :, None])
        colour = any_colour(dice, 0.22, 0.43, 0.35)
        colour = (
            colour * 0.6 + (colour[:, 0:1] + colour[:, 1:2] + colour[:, 2:3]) * 0.133
        )  # duller than a ball
        picture.add_((colour[:, :, None, None] - picture).mul_(inside[:, None]))
    # a painted line on the ground
    cosine, sine = turn(dice.uniform(-0.12, 0.12))
    away = (x - 32.0) * sine[:, :, None] + (y - dice.uniform(20, 64)[:, :, None]) * cosine[:, :, None]
    cover = (dice.uniform(0.6, 4.0)[:, :, None] - away.abs_()).clamp_(0, 1)
    cover.mul_(below[:, :, None]).mul_(
        ((dice.uniform() < stripe).to(torch.float32) * dice.uniform(0.5, 0.95))[:, :, None]
    )
    picture.add_((dice.uniform(0.75, 1.0)[:, :, None, None] - picture).mul_(cover[:, None]))

    busy = dice.uniform()[:, 0] < 0.12 + 0.63 * alone
    heaped = dice.uniform()[:, 0] < 0.003 + 0.18 * alone
    sharpness = choose(
        (dice.uniform() < 0.3 + 0.4 * alone[:, None]).to(torch.float32),
        dice.uniform(0.6, 1.0),
        dice.uniform(0.06, 0.5),
    )
    for chosen, lay in ((busy, 1), (heaped, 2)):
        some = chosen.nonzero()[:, 0]
        if len(some):
            own = Dice(dice.spawn(lay)[some])
            part = picture.index_select(0, some)
            part = shapes(own, part, sharpness[some]) if lay == 1 else heap(own, part)
            picture.index_copy_(0, some, part)

    texture = sheet_texture(dice, sheet).view(m, SIZE, SIZE)
    near_amount = (depth * 0.8 + 0.2) * below + (1.0 - below) * 0.15
    texture.mul_((grain * near_amount)[:, :, None]).add_(1.0).clamp_min_(0.1)
    picture.mul_(texture[:, None])
    return Backdrop(picture.clamp_(0, 1.2).view(m, 3, SIZE * SIZE), near, studio, shadow)
