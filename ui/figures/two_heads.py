"""Two heads on one photo: three probabilities apart beside one distribution."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ui.figures import sized
from ui.numbers import adding_up
from ui.theme import BALL_COLOURS, BALL_NAMES


def two_heads(sigmoids: Sequence[float], distribution: Sequence[float]) -> tuple[go.Figure, str]:
    """Bars of ŷ, 0 … 1, with a line at ½. sigmoids, distribution: three numbers each, soccer ball first.

    What is written beside the bars adds up to the Σ above them.
    """
    names, colours = list(BALL_NAMES.values()), list(BALL_COLOURS.values())
    # More than three decimals would not fit between the bars on a phone.
    (apart, apart_sum), (coupled, coupled_sum) = (adding_up(p, most=3) for p in (sigmoids, distribution))
    titles = (f"Goal 2, Σ = {apart_sum}", f"Goal 3, Σ = {coupled_sum}")
    # In two lines they fit the smallest phone side by side.
    lines = [sized(title.replace(", ", "<br>"), 14) for title in titles]
    figure = make_subplots(1, 2, shared_yaxes=True, subplot_titles=lines, horizontal_spacing=0.08)
    figure.update_annotations(font_size=None)
    for column, (values, texts) in enumerate(((sigmoids, apart), (distribution, coupled)), start=1):
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
        for name, text in zip(names, texts, strict=True):
            figure.add_annotation(
                x=1.04, y=name, text=f"<b>{text}</b>", xanchor="left", showarrow=False, row=1, col=column
            )
        figure.add_vline(x=0.5, line={"width": 1, "dash": "dot"}, row=1, col=column)
    figure.update_xaxes(
        range=[0, 1.5], tickvals=[0, 0.5, 1], ticktext=["0", "½", "1"], title="output ŷ", showgrid=True
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(
        height=265, margin={"l": 10, "r": 20, "t": 55, "b": 45}, showlegend=False, bargap=0.35, dragmode=False
    )
    return figure, (
        f"Bars of the outputs. {titles[0]}: {_words(names, apart)}. {titles[1]}: {_words(names, coupled)}."
    )


def _words(names: Sequence[str], texts: Sequence[str]) -> str:
    return ", ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
