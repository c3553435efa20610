"""Goal 2's loss as a bar of three parts that add up: L = L_1 + L_2 + L_3."""

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from ui.figures import sized
from ui.numbers import adding_up
from ui.theme import BALL_COLOURS, BALL_NAMES

# In pixels from the bottom of the plot: L and its brace, the bar; and from the bar up to the names.
HEIGHT, BRACE, BAR, NAMES = 136, 28, (36, 80), 14
TOP, BOTTOM = 12, 60  # room for what is larger in a lecture hall
# In pixels: the axis on the smallest phone, and where on it the middles of the names stand: just apart.
AXIS, PLACES = 260, (32, 130, 228)


def loss_terms(terms: Sequence[float]) -> tuple[go.Figure, str]:
    """One bar, a part for each neuron. terms: L_1, L_2, L_3, each at least 0. Unit: nats, log is natural."""
    total = sum(terms)
    shown, total_shown = adding_up(terms)
    end = max(2.0, 1.02 * total)
    figure = go.Figure()
    starts = [sum(terms[:k]) for k in range(3)]
    middles = [start + term / 2 for start, term in zip(starts, terms, strict=True)]
    aside = beside_middles([middle / end for middle in middles])
    for k, (name, colour) in enumerate(zip(BALL_NAMES.values(), BALL_COLOURS.values(), strict=True)):
        figure.add_bar(
            x=[terms[k]],
            base=[starts[k]],
            y=[sum(BAR) / 2],
            width=[BAR[1] - BAR[0]],
            orientation="h",
            marker={"color": colour, "line": {"width": 1}},
            hovertemplate=f"L<sub>{k + 1}</sub>, {name}: {terms[k]:.4f} nats<extra></extra>",
        )
        figure.add_annotation(
            x=middles[k],
            y=BAR[1],
            ax=aside[k],
            ay=-NAMES,
            yanchor="bottom",
            text=sized(f"{name}<br><b>L<sub>{k + 1}</sub> = {shown[k]}</b>", 13),
            arrowhead=0,
            arrowwidth=1.5,
            arrowcolor=colour,
        )
    for (x0, y0), (x1, y1) in pairwise([(0, BRACE + 5), (0, BRACE), (total, BRACE), (total, BRACE + 5)]):
        figure.add_shape(type="line", x0=x0, y0=y0, x1=x1, y1=y1, line_width=1.5)
    figure.add_annotation(
        x=total,
        y=BRACE,
        text=sized(f"<b>L = {total_shown}</b>", 16),
        xanchor="right" if total > 0.3 * end else "left",
        yanchor="top",
        showarrow=False,
    )
    figure.update_xaxes(
        range=[0, end], title="loss of this photo (nats)", showgrid=False, zeroline=False, ticks="outside"
    )
    figure.update_yaxes(range=[0, HEIGHT], visible=False)
    figure.update_layout(
        height=TOP + HEIGHT + BOTTOM,
        margin={"l": 10, "r": 10, "t": TOP, "b": BOTTOM},
        showlegend=False,
        dragmode=False,
    )
    parts = " + ".join(f"{term} ({name})" for name, term in zip(BALL_NAMES.values(), shown, strict=True))
    return figure, f"One bar of three parts: L = {parts} = {total_shown}."


def beside_middles(middles: Sequence[float]) -> list[float]:
    """By how many pixels each name stands beside the middle of its part, on an axis of any width.

    middles: ascending, as shares of the axis. On the smallest phone the names stand at PLACES. On a wider
    axis the middles are further from each other, and so are the names, each as near to its own as there.
    """
    return [place - middle * AXIS for place, middle in zip(PLACES, middles, strict=True)]
