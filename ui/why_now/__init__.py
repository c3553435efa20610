"""The parts of the page "Why now" (pages/why_now.py).

measurement     this machine, measured as a job
compute_lines   its rates as a figure; compute_words: in words
data_lines      the learning curves, as a figure and in words, and the live run beside them
log_lines       how both figures are drawn
"""
