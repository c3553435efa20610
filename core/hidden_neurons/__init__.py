"""What a hidden neuron sees, and how much it matters.

In the lecture's words the first layer comes to see edges, the second the ball's pattern, the last the whole
ball, and how a hidden layer does its part cannot simply be read off it. So it is looked at in several ways.

weight_pictures          what can be said in numbers of rows of W[1] as pictures
effective_weights        V[l] = C[l] W[1]: a neuron further up as a picture, for the photos at hand
what_excites             the photos that excite it most and least
strongest_patches        the patches of photos that excite most a neuron of the network on patches
activation_maximisation  the x that excites it most, by gradient ascent
ablation                 a[l]_j := 0, and what the outputs become
importance               what it adds to each output, and what is lost without it
"""
