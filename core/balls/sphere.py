"""The unit sphere as a square table: octahedral map, distances to curves and to the edges of regular bodies.

(u, v) = (x, y) / (|x| + |y| + |z|), the lower half folded outwards. A field on the sphere (distance to a
seam, to the edge of a coloured part) is computed once with exact geometry for every texel, in float64, and
later only read: a ball then costs a few look-ups a pixel.

Shapes: points (..., 3) of length 1; tables (TEXELS,) float32. All distances are angles in radians.
"""

import math

import torch
from torch import Tensor

SIDE = 512
TEXELS = SIDE * SIDE


def texel(x: Tensor, y: Tensor, z: Tensor) -> Tensor:
    """Index of the texel that holds the direction (x, y, z): int64, same shape."""
    ax, ay = x.abs(), y.abs()
    scale = 1.0 / (ax + ay + z.abs())
    au, av = ax * scale, ay * scale
    below = (z < 0).to(x.dtype)
    # folding the lower half: |u| -> 1 - |v|, |v| -> 1 - |u|
    fold = below * (1.0 - au - av)
    u = torch.copysign(au + fold, x)
    v = torch.copysign(av + fold, y)
    column = (u * (SIDE / 2) + SIDE / 2).floor_().clamp_(0, SIDE - 1)
    row = (v * (SIDE / 2) + SIDE / 2).floor_().clamp_(0, SIDE - 1)
    return row.mul_(SIDE).add_(column).to(torch.int64)


def directions() -> Tensor:
    """The direction at the middle of every texel: (TEXELS, 3) float64."""
    steps = (torch.arange(SIDE, dtype=torch.float64) + 0.5) * (2 / SIDE) - 1
    v, u = torch.meshgrid(steps, steps, indexing="ij")
    z = 1 - u.abs() - v.abs()
    fold = (-z).clamp_min(0)
    x = torch.copysign(u.abs() - fold, u)
    y = torch.copysign(v.abs() - fold, v)
    points = torch.stack((x, y, z), dim=-1).reshape(-1, 3)  # (SIDE, SIDE, 3) -> (TEXELS, 3)
    return points / points.norm(dim=1, keepdim=True)


def table(field: Tensor) -> Tensor:
    """A float64 field as float32, rounded to 2^-16: a last-bit difference between machines vanishes."""
    return (torch.round(field * 65536) / 65536).to(torch.float32)


def angle(cosine: Tensor) -> Tensor:
    """acos, also of what rounding has led past ±1."""
    return torch.acos(cosine.clamp(-1, 1))


def nearest(points: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """Largest cosine to any centre and which centre that is. points (p, 3), centres (c, 3) -> (p,), (p,)."""
    # (c, chunk): a chunk's cosines stay in the processor's cache
    best = [(centres @ chunk.T).max(dim=0) for chunk in points.split(2048)]
    return torch.cat([b.values for b in best]), torch.cat([b.indices for b in best])


def signed_border(points: Tensor, inside: Tensor, outside: Tensor) -> Tensor:
    """Signed angle to the border between the cells of two sets of (weighted) centres, positive inside.

    A centre's vector may be longer or shorter than 1: its cell is where p . v is largest, and a border
    between two cells is the great circle p . (v - v') = 0, whose distance is asin(p . (v - v') / |v - v'|).
    """
    a, i = nearest(points, inside)
    b, j = nearest(points, outside)
    gap = (inside[i] - outside[j]).norm(dim=1).clamp_min(1e-9)
    return torch.asin(((a - b) / gap).clamp(-1, 1))


def cell_border(points: Tensor, centres: Tensor) -> Tensor:
    """Unsigned angle to the nearest border between the cells of (weighted) centres: 0 on a seam."""
    gap = (centres[:, None] - centres[None]).norm(dim=2).clamp_min(1e-9)
    parts = []
    for chunk in points.split(2048):
        height = centres @ chunk.T  # (c, chunk)
        best, cell = height.max(dim=0)
        sines = (best - height) / gap[:, cell]
        parts.append(sines.scatter_(0, cell[None], 1.0).amin(dim=0))  # a cell has no border with itself
    return torch.asin(torch.cat(parts).clamp(-1, 1))


def unit(vectors: list[tuple[float, float, float]]) -> Tensor:
    """Each divided by its length: (c, 3) float64."""
    points = torch.tensor(vectors, dtype=torch.float64)
    return points / points.norm(dim=1, keepdim=True)


def icosahedron() -> Tensor:
    """Its 12 corners: the cyclic turns of (0, +-1, +-phi)."""
    phi = (1 + math.sqrt(5)) / 2
    corners = []
    for a in (1.0, -1.0):
        for b in (phi, -phi):
            corners += [(0.0, a, b), (a, b, 0.0), (b, 0.0, a)]
    return unit(corners)


def dodecahedron() -> Tensor:
    """Its 20 corners, which are the middles of the icosahedron's faces."""
    corners = icosahedron()
    near = (corners @ corners.T) > 0.4  # neighbours: cosine 1/sqrt(5); the corner itself counts too
    faces = []
    for i in range(12):
        for j in range(i + 1, 12):
            for k in range(j + 1, 12):
                if near[i, j] and near[j, k] and near[i, k]:
                    faces.append(tuple((corners[i] + corners[j] + corners[k]).tolist()))
    return unit(faces)


def octahedron() -> Tensor:
    """Its 6 corners."""
    return unit([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)])


def cube() -> Tensor:
    """Its 8 corners."""
    return unit([(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)])


def tetrahedron() -> Tensor:
    """Its 4 corners."""
    return unit([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)])


def spread(count: int) -> Tensor:
    """count points spread evenly: the golden spiral."""
    k = torch.arange(count, dtype=torch.float64) + 0.5
    z = 1 - 2 * k / count
    turn = k * math.pi * (3 - math.sqrt(5))
    ring = (1 - z * z).sqrt()
    return torch.stack((ring * turn.cos(), ring * turn.sin(), z), dim=1)


def polar(points: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """Angle to the nearest centre, and azimuth about it, 0 towards that one's nearest neighbour."""
    cosine, index = nearest(points, centres)
    likeness = centres @ centres.T
    likeness.fill_diagonal_(-2)
    neighbour = centres[likeness.argmax(dim=1)]
    first = neighbour - (neighbour * centres).sum(dim=1, keepdim=True) * centres
    first = torch.where(first.norm(dim=1, keepdim=True) < 1e-6, centres.roll(1, dims=1), first)
    first = first / first.norm(dim=1, keepdim=True)
    second = torch.linalg.cross(centres, first)
    azimuth = torch.atan2((points * second[index]).sum(dim=1), (points * first[index]).sum(dim=1))
    return angle(cosine), azimuth


def ripples(
    points: Tensor, frequency: float, seed: int, stretch: tuple[float, float, float] = (1, 1, 1)
) -> Tensor:
    """Smooth noise with slopes about 1: a sum of waves along fixed directions, divided by its frequency."""
    stretched = points * torch.tensor(stretch, dtype=points.dtype)
    axes = spread(7).roll(seed, dims=1)
    total = torch.zeros(points.shape[0], dtype=points.dtype)
    for wave, axis in enumerate(axes):
        bend = torch.sin(2.3 * (stretched @ axes[(wave + 3) % 7]) + 1.7 * seed + wave)
        total += torch.sin(
            frequency * (0.8 + 0.07 * wave) * (stretched @ axis) + 2.9 * wave + seed + 1.2 * bend
        )
    return total / (1.6 * frequency)
