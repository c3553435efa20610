"""Pure Plotly builders, one module a concept: numbers in, a figure and its alternative text out."""
