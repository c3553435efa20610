"""Pure Plotly builders, one module a concept: numbers in, a figure and its alternative text out.

Words, numbers, hairlines and outlines get their colours from assets/page.css, which follows the theme of the
page also when it changes; what a figure colours itself can be read in both themes.
"""
