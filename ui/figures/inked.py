"""Words and numbers of a figure in the page's ink; Streamlit's theme for Plotly makes them paler."""

import plotly.graph_objects as go

from ui.theme import ink


def inked(figure: go.Figure) -> go.Figure:
    """The same figure: titles, axis numbers, legend and annotations that have no colour of their own yet."""
    colour = ink()
    axis = {"tickfont_color": colour, "title_font_color": colour}
    figure.update_layout(font_color=colour, legend_font_color=colour)
    figure.update_xaxes(axis).update_yaxes(axis)
    figure.for_each_annotation(lambda note: note.update(font_color=note.font.color or colour))
    return figure
