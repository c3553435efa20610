"""How ∂L/∂w_1 depends on w_2: not at all for sigmoids, through the denominator for softmax."""

from collections.abc import Sequence

import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.theme import BALL_COLOURS, grid, ink


def denominator(
    factors: Sequence[float],
    apart: NDArray,
    coupled: NDArray,
    chosen: float,
    at: tuple[float, float],
) -> tuple[go.Figure, str]:
    """∂L/∂z_1 over the factor on w_2 and b_2. apart, coupled: one number a factor; at: both at `chosen`."""
    figure = go.Figure()
    colour = BALL_COLOURS["soccer"]
    series = (("Goal 2: three sigmoids", apart, "dot"), ("Goal 3: softmax", coupled, "solid"))
    for name, slopes, dash in series:
        figure.add_scatter(
            x=list(factors),
            y=slopes.tolist(),
            name=name,
            mode="lines",
            line={"color": colour, "width": 3, "dash": dash},
            hovertemplate="factor %{x:.1f}: ∂L/∂z₁ = %{y:.4f}<extra></extra>",
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
        title="factor on w₂ and b₂ (1 = as trained)", gridcolor=grid(), range=[min(factors), max(factors)]
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
    return figure, (
        f"∂L/∂z₁ while w₂ is multiplied by {factors[0]:g} to {factors[-1]:g}. "
        f"Goal 2: a level line at {at[0]:.3f}. "
        f"Goal 3: from {coupled[0]:.3f} to {coupled[-1]:.3f}, {at[1]:.3f} at {chosen:g}."
    )
