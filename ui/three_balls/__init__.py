"""The parts of the page "Goal 2" (pages/three_balls.py); its neurons are ui/three_neurons.py.

photos      the labels of the row of photos, and the photo to begin with
label       the switches of y
said        the answer, the loss and its derivatives, in words and formulas
trials      the two experiments as jobs: the photos, then the training
label_swap  the first one drawn: neurons that swap with their labels
recall      the second one drawn and put into words: recall over the number of baseballs
"""
