"""Step time over batch size as an SVG, both axes logarithmic: flat parts lie level, linear parts rise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 820, 500
LEFT, RIGHT, TOP, BOTTOM = 78, 150, 56, 62
COLOURS = ("#0F766E", "#6B4FA0", "#9A5B13", "#1F2933")
DASHES = ("", "9 4", "2 4", "9 4 2 4")


@dataclass(frozen=True)
class Curve:
    """Milliseconds a step for each batch size."""

    name: str
    sizes: Sequence[int]
    milliseconds: Sequence[float]


def step_time_svg(curves: Sequence[Curve]) -> str:
    """The picture, with a title for those who cannot see it."""
    sizes = [size for curve in curves for size in curve.sizes]
    times = [ms for curve in curves for ms in curve.milliseconds]
    left, right = math.log10(min(sizes)), math.log10(max(sizes))
    low, high = math.floor(math.log10(min(times)) * 3) / 3, math.ceil(math.log10(max(times)) * 3) / 3

    def x(size: float) -> float:
        return LEFT + (math.log10(size) - left) / (right - left) * (WIDTH - LEFT - RIGHT)

    def y(ms: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(ms) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif" font-size="14" fill="#1F2933">',
        "<title>Time of one training step over the batch size, for four numbers of inputs, both axes "
        "logarithmic: level for small batches, proportional to the batch size for large ones</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FFFFFF"/>',
        f'<text x="{LEFT}" y="28" font-size="17" font-weight="600">One training step, three neurons, '
        "from stored bytes</text>",
    ]
    for ms in (base * 10.0**power for power in range(-3, 4) for base in (1, 2, 5)):
        if low <= math.log10(ms) <= high:
            parts += _rule(LEFT, y(ms), WIDTH - RIGHT, y(ms))
            parts.append(f'<text x="{LEFT - 8}" y="{y(ms) + 5:.1f}" text-anchor="end">{ms:g}</text>')
    for size in sorted(set(sizes))[::2]:
        parts += _rule(x(size), TOP, x(size), HEIGHT - BOTTOM)
        parts.append(
            f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{size:,}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">batch size (photos a step)</text>'
    )
    centre = (TOP + HEIGHT - BOTTOM) / 2
    turned = f'transform="translate(20 {centre}) rotate(-90)"'
    parts.append(f'<text {turned} text-anchor="middle">time of a step (ms)</text>')
    for curve, colour, dash in zip(curves, COLOURS, DASHES, strict=False):
        points = " ".join(
            f"{x(size):.1f},{y(ms):.1f}" for size, ms in zip(curve.sizes, curve.milliseconds, strict=True)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5" '
            f'stroke-dasharray="{dash}"/>'
        )
        parts.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{y(curve.milliseconds[-1]) + 5:.1f}" fill="{colour}" '
            f'font-weight="600">{curve.name}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _rule(x1: float, y1: float, x2: float, y2: float) -> list[str]:
    return [f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#D5DBE1"/>']
