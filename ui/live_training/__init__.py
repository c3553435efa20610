"""The parts of the page "Live training" (pages/training.py).

live_run        one run: trained by threads, read and commanded by pages; pace: how fast
runs            every run by its key, and the threads that train
keeper          one run and its folder; run_files: the folders of all runs
run_link        which run the link names, and its settings there
live_photos     the photos that a run learns from, and the one watched

live_figure     the figure, mounted; live_pictures: W[1] and its like as bytes; looks: which, in the link
watching        what the figure is sent, and what it may ask for; watching_line: the socket
run_settings    the settings as widgets; layers, brought_weights (a file), own_training (one's own photos)
mistakes        what the losses get wrong, in numbers; confusion: as tables, with the photos of a cell
before_after    what one's own photos have changed
take_away       weights, history, script and link
worth_a_run     prepared runs
"""
