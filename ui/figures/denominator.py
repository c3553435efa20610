"""How ∂L/∂w_1 depends on w_2 and w_3: not at all for sigmoids, through the denominator for softmax."""

from collections.abc import Sequence

import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.figures.inked import inked
from ui.theme import BALL_COLOURS, grid, ink


def denominator(
    changes: Sequence[float],
    apart: NDArray,
    coupled: NDArray,
    chosen: float,
    at: tuple[float, float],
    other: str = "w₂",
) -> tuple[go.Figure, str]:
    """∂L/∂z_1 over the change of w_2 x or w_3 x. apart, coupled: a number a change; at: both at `chosen`."""
    figure = go.Figure()
    colour = BALL_COLOURS["soccer"]
    series = (("Goal 2: three sigmoids", apart, "dot"), ("Goal 3: softmax", coupled, "solid"))
    for name, slopes, dash in series:
        figure.add_scatter(
            x=list(changes),
            y=slopes.tolist(),
            name=name,
            mode="lines",
            line={"color": colour, "width": 3, "dash": dash},
            hovertemplate="change %{x:+.2f}: ∂L/∂z₁ = %{y:.4f}<extra></extra>",
        )
    figure.add_scatter(
        x=[chosen, chosen],
        y=list(at),
        mode="markers",
        marker={"color": colour, "size": 13, "line": {"color": ink(), "width": 2}},
        showlegend=False,
        hovertemplate="∂L/∂z₁ = %{y:.4f}<extra></extra>",
    )
    figure.update_xaxes(
        title=f"change of {other}x (0 = as trained)", gridcolor=grid(), range=[min(changes), max(changes)]
    )
    figure.update_yaxes(
        title="∂L/∂z₁",
        range=[min(-1.0, coupled.min()) - 0.08, max(1.0, coupled.max()) + 0.08],
        gridcolor=grid(),
        zeroline=True,
        zerolinecolor=ink(),
        zerolinewidth=1,
    )
    figure.update_layout(
        height=330,
        margin={"l": 10, "r": 20, "t": 40, "b": 45},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        dragmode=False,
    )
    return inked(figure), (
        f"∂L/∂z₁ while {other}x changes by {changes[0]:g} to {changes[-1]:g}. "
        f"Goal 2: a level line at {at[0]:.3f}. "
        f"Goal 3: from {coupled[0]:.3f} to {coupled[-1]:.3f}, {at[1]:.3f} at {chosen:g}."
    )
