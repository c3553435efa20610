"""Goal 2's loss as a bar of three parts that add up: L = L_1 + L_2 + L_3."""

from collections.abc import Sequence

import plotly.graph_objects as go

from ui.figures.inked import inked
from ui.numbers import adding_up
from ui.theme import BALL_COLOURS, BALL_NAMES, grid, ink, paper


def loss_terms(terms: Sequence[float]) -> tuple[go.Figure, str]:
    """One bar, a part for each neuron. terms: L_1, L_2, L_3, each at least 0. Unit: nats, log is natural."""
    total = sum(terms)
    shown, total_shown = adding_up(terms)
    end = max(2.0, total) * 1.28
    figure = go.Figure()
    for k, (name, colour, term) in enumerate(
        zip(BALL_NAMES.values(), BALL_COLOURS.values(), terms, strict=True), start=1
    ):
        figure.add_bar(
            x=[term],
            y=["L"],
            orientation="h",
            name=f"L<sub>{k}</sub> {name}",
            marker={"color": colour, "line": {"color": paper(), "width": 2}},
            # A number goes into its part only where it fits; all three stand in the formula below anyway.
            text=shown[k - 1] if term > 0.09 * end else "",
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"color": "#ffffff" if k == 1 else "#1f2328", "size": 13},
            hovertemplate=f"L<sub>{k}</sub>, {name}: %{{x:.4f}} nats<extra></extra>",
        )
    figure.add_annotation(
        x=total,
        y="L",
        text=f"<b>L = {total_shown}</b>",
        xanchor="left",
        xshift=8,
        showarrow=False,
        font={"color": ink(), "size": 16},
    )
    figure.update_xaxes(
        range=[0, end],
        title="loss of this photo (nats)",
        gridcolor=grid(),
        zerolinecolor=grid(),
    )
    figure.update_yaxes(showticklabels=False)
    figure.update_layout(
        barmode="stack",
        height=170,
        margin={"l": 10, "r": 10, "t": 30, "b": 45},
        legend={
            "orientation": "h",
            "y": 1.05,
            "yanchor": "bottom",  # on a phone it takes two lines, which grow upwards
            "x": 0,
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        dragmode=False,
    )
    parts = " + ".join(f"{term} ({name})" for name, term in zip(BALL_NAMES.values(), shown, strict=True))
    return inked(figure), f"One bar of three parts: L = {parts} = {total_shown}."
