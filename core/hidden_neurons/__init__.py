"""What a hidden neuron sees, and what it matters.

weight_pictures         a row of W[1] as a picture
effective_weights       V[l] = C[l] W[1]: a neuron further up as a picture, for the photos at hand
what_excites            the photos that excite it most and least
activation_maximisation x that excites it most, by gradient ascent
ablation                a[l]_j := 0, and what the outputs become
importance              what it adds to each output, and what is lost without it
"""
