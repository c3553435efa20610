"""How ∂L/∂w_1 depends on w_2 and w_3: not at all for sigmoids, through the denominator for softmax.

The slider that moves them stands right above, and the plot is as wide as its track: a change has one place.
The page moves the slider in by `MARGIN`, where the numbers of the axis stand.
"""

from collections.abc import Sequence

import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.figures import sized
from ui.numbers import number, signed
from ui.theme import BALL_COLOURS, FAINT

MARGIN = 38
HEIGHT, TOP, BOTTOM = 340, 4, 62
BESIDE, NAME = 9, 22  # pixels from a line to its name, and the height of that in a lecture hall
INSET = 6  # pixels between the end of a slider's track and the edge of what it stands in


def denominator(
    changes: Sequence[float],
    apart: NDArray,
    coupled: NDArray,
    chosen: float,
    at: tuple[float, float],
    other: str = "w₂",
) -> tuple[go.Figure, str]:
    """∂L/∂z_1 over the change of w_2 x or w_3 x, Goal 2's line (`apart`) and Goal 3's (`coupled`).

    Shapes: apart, coupled (len(changes),). at: both at the change `chosen`.
    """
    figure = go.Figure()
    # Both lines are neuron 1's: the one that follows has its ball's colour, the level one none.
    follows = f"follows {other}" if coupled.max() > coupled.min() else "0 without a label"
    series = (("Goal 2: stays level", apart, FAINT), (f"Goal 3: {follows}", coupled, BALL_COLOURS["soccer"]))
    figure.add_vline(x=chosen, line={"width": 1, "dash": "dot"})
    least, most = float(min(apart.min(), coupled.min())), float(max(apart.max(), coupled.max()))
    low, high = min(-1.0, least) - 0.25, max(1.0, most) + 0.3
    end, places = where_names_stand(apart, coupled, unit=(HEIGHT - TOP - BOTTOM) / (high - low))
    for (name, slopes, colour), (higher, away) in zip(series, places, strict=True):
        figure.add_scatter(
            x=list(changes),
            y=slopes.tolist(),
            name=name,
            mode="lines",
            line={"color": colour, "width": 3},
            hovertemplate="change %{x:+.2f}: ∂L/∂z₁ = %{y:.4f}<extra></extra>",
        )
        figure.add_annotation(
            x=changes[end],
            y=float(slopes[end]),
            # it may be beyond the line of 0
            text=sized(f'<b><span style="color:{colour}">—</span> {name}</b>', 14),
            xanchor="right" if end else "left",
            yanchor="bottom" if higher else "top",
            xshift=-INSET if end else INSET,  # off the axis and its title
            yshift=away,
            bgcolor="white",  # assets/page.css gives it the page's
            borderpad=0,
            showarrow=False,
        )
    figure.add_scatter(
        x=[chosen, chosen],
        y=list(at),
        mode="markers",
        marker={
            "color": [colour for _, _, colour in series],
            "size": 10,  # with its edge whole at either end, too, where the figure ends INSET beside it
            "line": {"width": 2},
        },
        cliponaxis=False,
        hovertemplate="∂L/∂z₁ = %{y:.4f}<extra></extra>",
    )
    _draw_axes(figure, changes, low, high, other)
    ends = [signed(coupled[end], 3) for end in (0, -1)]
    goal3 = f"from {ends[0]} to {ends[1]}, {signed(at[1], 3)} at {signed(chosen)}"
    return figure, (
        f"∂L/∂z₁ while {other}x changes by {number(changes[0], 0)} to {number(changes[-1], 0)}. "
        f"Goal 2: a level line at {signed(at[0], 3)}. "
        f"Goal 3: {goal3 if ends[0] != ends[1] else f'a level line at {ends[0]}'}."
    )


def _draw_axes(figure: go.Figure, changes: Sequence[float], low: float, high: float, other: str) -> None:
    figure.update_xaxes(
        title={"text": f"change of {other}x (0 = as trained)", "standoff": 4},
        showgrid=False,
        range=[min(changes), max(changes)],
        tickvals=[v for v in changes if v % 2 == 0 and abs(v) < max(changes)],
        ticks="outside",
    )
    figure.update_yaxes(range=[low, high], zeroline=True, zerolinewidth=1)
    figure.add_annotation(
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        text=sized("∂L/∂z₁", 14),
        xanchor="left",
        yanchor="top",
        xshift=-MARGIN - INSET,
        bgcolor="white",  # the line at the least change is not drawn through it
        borderpad=0,
        showarrow=False,
    )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": MARGIN + INSET, "r": INSET, "t": TOP, "b": BOTTOM, "autoexpand": False},
        showlegend=False,
        dragmode=False,
    )


def where_names_stand(apart: NDArray, coupled: NDArray, unit: float) -> tuple[int, list[tuple[bool, float]]]:
    """The end of the lines, 0 or −1, at which their names stand; of each whether above it, and how far away.

    unit: pixels of 1 on the axis.
    """

    def at(end: int) -> list[tuple[bool, float]]:
        higher = bool(apart[end] > coupled[end])
        lines = ((apart, higher), (coupled, not higher))
        return [(above, beside(float(slopes[end]) * unit, above)) for slopes, above in lines]

    def strays(end: int) -> tuple[int, float]:
        """Least where the lines can be told apart and each name stands right at its own; then the wider."""
        wide = abs(float(coupled[end] - apart[end]))
        return sum(abs(away) > BESIDE for _, away in at(end)) + 2 * (wide * unit < BESIDE), -wide

    end = min((-1, 0), key=strays)
    return end, at(end)


def beside(line: float, higher: bool) -> float:
    """How far above (> 0) or below a line its name begins, in pixels: beyond the line of 0 if that is there.

    line: how far above 0 it is, in pixels.
    """
    zero = -line if higher else line  # from the line to 0, the way that the name lies
    away = zero + 4 if BESIDE - 3 < zero < BESIDE + NAME else BESIDE
    return away if higher else -away
