"""How far each model is from the prices of houses it never saw: one bar a model, in k€."""

from collections.abc import Sequence

import plotly.graph_objects as go

from ui.figures import sized


def house_errors(values: Sequence[tuple[str, float]]) -> tuple[go.Figure, str]:
    """values: (name, RMSE in k€) from top to bottom; "fully connected" stands out."""
    names, sizes = [name for name, _ in values], [value for _, value in values]
    figure = go.Figure(
        go.Bar(
            x=sizes,
            y=names,
            orientation="h",
            marker={"color": [_colour(name) for name in names]},
            text=[sized(f"<b>{value:.0f} k€</b>", 15) for value in sizes],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1f} k€<extra></extra>",
        )
    )
    figure.update_xaxes(
        title="RMSE (k€)",
        showgrid=False,  # its lines would cross the numbers beside the bars
        range=[0, 1.02 * max(sizes)],
    )
    labels = [sized(name, 14) for name in names]
    figure.update_yaxes(
        autorange="reversed", showgrid=False, tickvals=names, ticktext=labels, automargin=True
    )
    figure.update_layout(
        height=250,
        margin={"l": 10, "r": 55, "t": 10, "b": 45},  # the longest bar's number stands in the margin
        showlegend=False,
        bargap=0.35,
        dragmode=False,
    )
    said = ", ".join(f"{name} {value:.0f} k€" for name, value in values)
    return figure, f"Bars of the root mean squared error on unseen houses: {said}."


def _colour(name: str) -> str:
    return "#0F766E" if name == "fully connected" else "#8A94A0"
