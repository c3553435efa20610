"""The parts of the page "Goal 1" (pages/one_ball.py).

shown       every number of the picture, by core; the photo to begin with
movable     a photo whose ball, or the whole picture, is put elsewhere
neuron      the live picture of the neuron, and what the hand has done to it
run         this session's training: begun, followed, its w put to use
descent     the three steps of training as a job, and how they are drawn
"""
