"""The parts of the page "Goal 3" (pages/unique_ball.py); its boards of logits are ui/logits.py.

label           the switches of y
said            formulas with a photo's numbers, and sentences about them
softmax_steps   logits, exponentials and shares, drawn
two_balls       photos with two balls: a row to choose from, and both heads counted on many
derivatives     autograd beside the closed form; ∂L/∂z_1 while another row of W moves
"""
