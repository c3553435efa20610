"""A scene: which balls, where, how large, turned how; and how they come to lie on the backdrop, far to near.

A ball is a disc of radius r around (row, col) seen from afar: the sample at (dx, dy) has the normal
n = (dx, dy, sqrt(r^2 - dx^2 - dy^2)) / r, and R n in the ball's own frame, where its skin is painted.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls import baseball, basketball, club, soccer
from core.balls.backdrop import Backdrop
from core.balls.chance import Dice, mix, photo_keys, turn
from core.balls.clutter import SKIN_TONES
from core.balls.light import Light, shade
from core.balls.others import OTHERS, disc, package
from core.balls.placing import MOST, Objects, rotation
from core.balls.played import rugby
from core.balls.shadow import cast
from core.balls.skin import View, choose, palette
from core.balls.sphere import texel
from core.pixels import SIZE

PAINTERS = (soccer.paint, basketball.paint, baseball.paint, *OTHERS, club.paint)
CLUB = len(PAINTERS) - 1  # in place of 0, soccer
HELD = 0.08  # share of photos of a single object in which a hand holds it
# A ball is painted in the smallest square window that holds it; what reaches beyond its disc may be cut off.
WINDOWS = (44, SIZE)
SAMPLES = 64 * SIZE * SIZE  # painted at a time: few enough to stay in the processor's cache


def _stretch(dice: Dice, kind: int) -> tuple[Tensor, Tensor, Tensor]:
    """How an outline differs from a circle (K, 1): ratio of its axes, cos and sin of the long one's angle."""
    cosine, sine = turn(dice.uniform())
    slight = 1.0 + dice.uniform(0.0, 0.03)
    painter = PAINTERS[kind]
    if painter is rugby:
        return dice.uniform(1.35, 1.8), cosine, sine
    if painter is package:
        return torch.ones_like(slight), cosine, sine
    if painter is disc:
        return 1.0 + dice.chance(0.4) * dice.uniform(0.1, 1.0), cosine, sine
    return slight, cosine, sine


def _along(dice: Dice, cosine: Tensor, sine: Tensor) -> Tensor:
    """R (K, 9) of a ball that is longer than wide: its x axis lies along (cos, sin) in the picture, a little
    towards the camera or away, and it is rolled about it anyhow: half of them show their lace.
    """
    tilt = dice.bell() * 0.2
    out = (1.0 - tilt * tilt).clamp_min_(0.04).sqrt_()
    roll = choose(dice.chance(0.5), dice.uniform(), dice.bell() * 0.06)
    c, s = turn(roll - roll.floor())
    # long axis a, its level perpendicular p, and q = a × p, which looks at the camera where tilt = 0
    ax, ay, az = cosine * out, sine * out, tilt
    px, py = -sine, cosine
    qx, qy, qz = -az * py, az * px, ax * py - ay * px
    entries = (ax, ay, az, c * px + s * qx, c * py + s * qy, s * qz, c * qx - s * px, c * qy - s * py, c * qz)
    return torch.cat(entries, dim=1)


@dataclass(frozen=True)
class Painted:
    """K painted objects of one kind, each in a window of w × w pixels.

    Shapes: photo, slot (K,) int64: where each belongs; colour (K, 3, w, w); inside (K, 1, w, w): each
    pixel's share; top, left (K, 1) int64: the windows' corners.
    """

    photo: Tensor
    slot: Tensor
    colour: Tensor
    inside: Tensor
    top: Tensor
    left: Tensor

    def onto(self, canvas: Tensor, slot: int) -> None:
        """Lay those of one slot over canvas (m, c, 64, 64) in place; c = 1 gets the coverage itself."""
        chosen = (self.slot == slot).nonzero()[:, 0]
        if not len(chosen):
            return
        photo, inside = self.photo[chosen], self.inside.index_select(0, chosen)
        colour = self.colour.index_select(0, chosen) if canvas.shape[1] == 3 else torch.ones_like(inside)
        window = inside.shape[2]
        if window == SIZE:
            under = canvas.index_select(0, photo)
            canvas.index_copy_(0, photo, under.add_(colour.sub_(under).mul_(inside)))
            return
        steps, channels = torch.arange(window, device=canvas.device), canvas.shape[1]
        place = (self.top[chosen] + steps)[:, :, None] * SIZE + (self.left[chosen] + steps)[
            :, None, :
        ]  # (K, w, w)
        bands = photo[:, None] * channels + torch.arange(channels, device=canvas.device)  # (K, c)
        place = (bands * (SIZE * SIZE))[:, :, None, None] + place[:, None]  # (K, c, w, w)
        flat = canvas.view(-1)
        under = flat.index_select(0, place.view(-1)).view(place.shape)
        flat.index_copy_(0, place.view(-1), under.add_(colour.sub_(under).mul_(inside)).view(-1))


def _paint(
    objects: Objects, kind: int, window: int, photo: Tensor, slot: Tensor, dice: Dice, R: Tensor, light: Light
) -> Painted:
    """Paint objects (photo (K,), slot (K,)) of one kind and window size; R (K, 9)."""
    K = photo.shape[0]
    row, column, radius = (t[photo, slot][:, None] for t in (objects.row, objects.column, objects.radius))
    top = (row - (window / 2 - 0.5)).floor().clamp(0, SIZE - window)  # (K, 1)
    left = (column - (window / 2 - 0.5)).floor().clamp(0, SIZE - window)
    steps = torch.arange(window, dtype=torch.float32, device=row.device)
    ratio, cosine, sine = _stretch(dice, kind)
    dy = ((steps + top - row) / radius)[:, :, None].expand(K, window, window).reshape(K, -1)  # (K, P)
    dx = ((steps + left - column) / radius)[:, None, :].expand(K, window, window).reshape(K, -1)
    # the outline's short axis is squeezed: distances along it count `ratio` times
    along, across = dx * cosine + dy * sine, (dy * cosine - dx * sine) * ratio
    nx, ny = along * cosine - across * sine, along * sine + across * cosine
    rho = (nx * nx).add_(ny * ny).sqrt_()
    pixel = 1.0 / radius
    inside = ((1.0 - rho) * radius).add_(0.5).clamp_(0, 1)
    hold = rho.clamp_min(0.995).mul_(1.0 / 0.995)  # the edge's outer half shows the rim
    nx.div_(hold)
    ny.div_(hold)
    nz = (1.0 - nx * nx).sub_(ny * ny).clamp_min_(1e-4).sqrt_()
    if PAINTERS[kind] is rugby:
        R = _along(dice, cosine, sine)
    r = R.split(1, dim=1)  # nine (K, 1)
    x = (nx * r[0]).add_(ny * r[1]).add_(nz * r[2])
    y = (nx * r[3]).add_(ny * r[4]).add_(nz * r[5])
    z = (nx * r[6]).add_(ny * r[7]).add_(nz * r[8])
    blur = pixel / nz.clamp_min(0.25)
    skin = PAINTERS[kind](dice, View(x, y, z, texel(x, y, z), blur, nz, pixel, dx, dy))
    normal = (nx, ny, nz)
    if skin.tilt is not None:  # from the ball's frame back to the camera's, then to length 1
        tx, ty, tz = skin.tilt
        ux = nx + tx * r[0] + ty * r[3] + tz * r[6]
        uy = ny + tx * r[1] + ty * r[4] + tz * r[7]
        uz = nz + tx * r[2] + ty * r[5] + tz * r[8]
        length = (ux * ux + uy * uy + uz * uz).sqrt()
        normal = (ux / length, uy / length, uz / length)
    colour = shade(skin, dice, normal, light.of(photo))
    if skin.shape is not None:
        inside = skin.shape
    if skin.opacity is not None:
        inside = inside * skin.opacity
    return Painted(
        photo,
        slot,
        colour.view(K, 3, window, window),
        inside.view(K, 1, window, window),
        top.to(torch.int64),
        left.to(torch.int64),
    )


def _hold(canvas: Tensor, objects: Objects, photo: Tensor, keys: Tensor, light: Light) -> None:
    """A hand behind the first object of these photos, in place: arm, four fingers and thumb, wide lines."""
    dice = Dice(keys[photo])
    row, column, radius = (t[photo, 0][:, None] for t in (objects.row, objects.column, objects.radius))
    tone = dice.row(palette(SKIN_TONES, canvas.device)) * (light.key[photo] * 0.5 + light.sky[photo] * 0.6)
    steps = torch.arange(SIZE, dtype=torch.float32, device=canvas.device)
    dx = ((steps - column) / radius)[:, None, :]  # (K, 1, 64)
    dy = ((steps - row) / radius)[:, :, None]
    pixel = (1.0 / radius)[:, :, None]
    under = canvas.index_select(0, photo)
    arm = dice.uniform(0.12, 0.38)  # from below, left or right of straight down
    parts = [(arm, 0.6, 4.0, 0.45)] + [
        (arm + 0.5 + (finger - 1.5) * 0.055 + dice.bell() * 0.01, 0.2, 1.22, 0.13) for finger in range(4)
    ]
    parts.append((arm + 0.225 + dice.bell() * 0.02, 0.3, 1.15, 0.16))
    for angle, start, end, wide in parts:
        cosine, sine = (t[:, :, None] for t in turn(angle - angle.floor()))
        along, across = dx * cosine + dy * sine, (dy * cosine - dx * sine).abs_()
        beyond = (torch.maximum(along - end, start - along)).clamp_min_(0)
        distance = (across * across).add_(beyond * beyond).sqrt_()
        inside = ((wide - distance) / pixel).add_(0.5).clamp_(0, 1)[:, None]
        round_light = (1.15 - (distance * (1.0 / wide)).clamp_max_(1.0).square_().mul_(0.5))[:, None]
        under.add_((tone[:, :, None, None] * round_light).sub_(under).mul_(inside))
    canvas.index_copy_(0, photo, under)


def compose(
    dice: Dice,
    objects: Objects,
    backdrop: Backdrop,
    light: Light,
    with_cover: bool = False,
    ball: int | None = None,
    clubs: float = 0.0,
) -> tuple[Tensor, Tensor | None]:
    """The scene in linear light (m, 3, 64, 64); on demand each pixel's share of ball (m, 1, 64, 64).

    Without that demand the backdrop's own pixels are painted over. ball, clubs: core.balls.recipe.
    """
    m = objects.kind.shape[0]
    canvas = backdrop.linear.view(m, 3, SIZE, SIZE)
    if with_cover:  # somebody wants the empty scene too
        canvas = canvas.clone()
    cover = torch.zeros(m, 1, SIZE, SIZE, device=canvas.device) if with_cover else None
    needed = objects.radius * 2 + 4
    size_class = (needed > WINDOWS[0]).to(torch.int64)  # (m, 3)
    of_a_club = (objects.kind == 0) & (Dice(dice.spawn(3 * MOST + 2)).chance(clubs) > 0)
    painter = torch.where(of_a_club, CLUB, objects.kind)
    group = torch.where(painter >= 0, painter * len(WINDOWS) + size_class, painter)
    keys = torch.stack([dice.spawn(slot) for slot in range(MOST)], dim=1)  # (m, 3)
    R = rotation(Dice(mix(keys.view(-1))))  # (3m, 9)
    if ball is not None:
        keys[:, 0] = photo_keys(ball, torch.zeros_like(keys[:1, 0]))
    skins = Dice(keys.view(-1))
    painted = []
    for number in group.unique().tolist():
        if number >= 0:
            kind, window = divmod(number, len(WINDOWS))
            some = (group == number).nonzero()
            at_once = SAMPLES // WINDOWS[window] ** 2 if some.device.type == "cpu" else len(some)
            for part in some.split(at_once):
                photo, slot = part[:, 0], part[:, 1]
                rows = photo * MOST + slot
                painted.append(
                    _paint(objects, kind, WINDOWS[window], photo, slot, skins.of(rows), R[rows], light)
                )
    for slot_number in range(MOST):
        standing = (group[:, slot_number] >= 0).nonzero()[:, 0]
        if not len(standing):
            break
        if slot_number == 0 and objects.holdable:
            held = (
                (Dice(dice.spawn(3 * MOST)).chance(HELD)[:, 0] > 0) & (group[:, 0] >= 0) & (group[:, 1] < 0)
            ).nonzero()[:, 0]
            if len(held):
                _hold(canvas, objects, held, dice.spawn(3 * MOST + 1), light)
        keys_of_shadows = dice.spawn(MOST + slot_number)[standing]
        cast(canvas, objects, slot_number, standing, Dice(keys_of_shadows), light, backdrop.shadow)
        for balls in painted:
            balls.onto(canvas, slot_number)
            if cover is not None:
                balls.onto(cover, slot_number)
    return canvas, cover
