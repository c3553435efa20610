"""Two heads on one photo: three probabilities apart beside one distribution."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ui.theme import BALL_COLOURS, BALL_NAMES


def two_heads(sigmoids: Sequence[float], distribution: Sequence[float]) -> tuple[go.Figure, str]:
    """Bars of ŷ, 0 … 1, with a line at ½. sigmoids, distribution: three numbers each, soccer ball first."""
    names, colours = list(BALL_NAMES.values()), list(BALL_COLOURS.values())
    sums = [sum(sigmoids), sum(distribution)]
    titles = (f"Goal 2, Σ = {sums[0]:.2f}", f"Goal 3, Σ = {sums[1]:.2f}")
    lines = [title.replace(", ", "<br>") for title in titles]  # side by side they fit the smallest phone
    figure = make_subplots(1, 2, shared_yaxes=True, subplot_titles=lines, horizontal_spacing=0.08)
    figure.update_annotations(font_size=14)
    for column, values in enumerate((sigmoids, distribution), start=1):
        figure.add_bar(
            x=list(values),
            y=names,
            orientation="h",
            marker_color=colours,
            hovertemplate="%{y}: ŷ = %{x:.4f}<extra></extra>",
            row=1,
            col=column,
        )
        # The numbers stand in a column of their own: beside the bars they would cross the line at ½.
        for name, value in zip(names, values, strict=True):
            figure.add_annotation(
                x=1.04, y=name, text=f"<b>{value:.2f}</b>", xanchor="left", showarrow=False, row=1, col=column
            )
        figure.add_vline(x=0.5, line={"width": 1, "dash": "dot"}, row=1, col=column)
    figure.update_xaxes(
        range=[0, 1.32], tickvals=[0, 0.5, 1], ticktext=["0", "½", "1"], title="output ŷ", showgrid=True
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(
        height=265, margin={"l": 10, "r": 20, "t": 55, "b": 45}, showlegend=False, bargap=0.35, dragmode=False
    )
    return figure, (
        f"Bars of the outputs. {titles[0]}: {_words(names, sigmoids)}. "
        f"{titles[1]}: {_words(names, distribution)}."
    )


def _words(names: Sequence[str], values: Sequence[float]) -> str:
    return ", ".join(f"{name} {v:.2f}" for name, v in zip(names, values, strict=True))
