"""What is behind a ball: studio paper, grass, court, clay, sky, blurred rooms, in linear light.

One recipe makes them all: colour gradients above and below a horizon, soft blotches (an 8 x 8 grid of
colours, enlarged), a fine texture from a sheet of noise that grows towards the camera, boxes and a painted
line. Only the numbers differ from place to place.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice
from core.balls.clutter import heap, shapes
from core.balls.portions import portions
from core.balls.scenery import Scenery, draw_box, draw_line
from core.balls.skin import any_colour, choose, palette
from core.balls.texture import draw_cut
from core.once import once
from core.pixels import SIZE


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
    steps = torch.arange(SIZE, dtype=torch.float32, device=device)[None, :]  # rows, or columns
    below = ((steps - horizon) * (1.0 / dice.uniform(0.5, 6.0))).add_(0.5).clamp_(0, 1)  # (m, 64)
    depth = ((steps - horizon) / (64.0 - horizon).clamp_min(8.0)).clamp_(0, 1)
    slope = choose(white, dice.uniform(-0.03, 0.0), dice.uniform(-0.35, 0.35))
    bright = 1.0 + slope * (depth * 2.0 - 1.0)
    column = (far[:, :, None] * (1.0 - below)[:, None, :] + near[:, :, None] * below[:, None, :]) * bright[
        :, None, :
    ]  # (m, 3, 64)

    grey = dice.grid(64).view(m, 1, 8, 8)
    hue = dice.grid(48).view(m, 3, 4, 4) * 0.5
    hue = hue.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    upper = (1.0 - below) + below * 0.35  # ground is more even than what stands behind it
    cloud = grey + hue * dice.uniform(0.0, 0.8)[:, :, None, None]
    far_side = choose(dice.chance(0.5), dice.uniform(-0.35, 0.35), torch.zeros_like(slope)) * (1.0 - white)
    scenery = Scenery(
        rows=column,
        columns=1.0 + far_side * (steps * (2.0 / 64) - 1.0),
        cloud=cloud,
        cloudy=blotch * upper,
        boxes=tuple(draw_box(dice, boxes) for _ in range(3)),
        line=draw_line(dice, stripe, below),
    )
    picture = torch.empty(m, 3, SIZE, SIZE, device=device)
    for part in portions(m, device):
        picture[part] = scenery.of(part).paint()

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
            under = picture.index_select(0, some)
            under = shapes(own, under, sharpness[some]) if lay == 1 else heap(own, under)
            picture.index_copy_(0, some, under)

    cut = draw_cut(dice, sheet)
    near_amount = (depth * 0.8 + 0.2) * below + (1.0 - below) * 0.15
    coarse = grain * near_amount  # (m, 64)
    for part in portions(m, device):
        texture = cut.of(part).texture().mul_(coarse[part, :, None]).add_(1.0).clamp_min_(0.1)
        picture[part].mul_(texture[:, None]).clamp_(0, 1.2)
    return Backdrop(picture.view(m, 3, SIZE * SIZE), near, studio, shadow)
