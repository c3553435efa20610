"""Goal 2's loss as a bar of three parts that add up: L = L_1 + L_2 + L_3."""

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from ui.figures import sized
from ui.numbers import adding_up
from ui.theme import BALL_COLOURS, BALL_NAMES

# In pixels from the bottom of the plot: L and its brace, the bar, the names.
HEIGHT, BRACE, BAR, NAMES = 136, 28, (36, 80), 94
TOP, BOTTOM = 12, 60  # room for what is larger in a lecture hall
APART = 0.29  # of the axis, between the names of two parts: on a phone just enough


def loss_terms(terms: Sequence[float]) -> tuple[go.Figure, str]:
    """One bar, a part for each neuron. terms: L_1, L_2, L_3, each at least 0. Unit: nats, log is natural."""
    total = sum(terms)
    shown, total_shown = adding_up(terms)
    end = max(2.0, 1.02 * total)
    figure = go.Figure()
    starts = [sum(terms[:k]) for k in range(3)]
    middles = [start + term / 2 for start, term in zip(starts, terms, strict=True)]
    places = apart([middle / end for middle in middles])
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
        figure.add_scatter(
            x=[middles[k], middles[k], places[k] * end],
            y=[BAR[1], BAR[1] + 4, NAMES],
            mode="lines",
            line={"color": colour, "width": 1.5},
            hoverinfo="skip",
        )
        figure.add_annotation(
            x=places[k] * end,
            y=NAMES,
            yanchor="bottom",
            text=sized(f"{name}<br><b>L<sub>{k + 1}</sub> = {shown[k]}</b>", 13),
            showarrow=False,
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


def apart(middles: Sequence[float]) -> list[float]:
    """Where names stand, as shares of the axis: over the middles, ascending, or as near as they have room."""
    rest = len(middles) - 1
    places: list[float] = []
    for k, middle in enumerate(middles):
        least = places[-1] + APART if places else APART / 2
        most = 1 - APART / 2 - (rest - k) * APART
        places.append(min(max(middle, least), most))
    return places
