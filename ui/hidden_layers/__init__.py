"""The parts of the page "Hidden layers" (pages/hidden_layers.py).

shown_network   which network is looked into; hidden_study: what its neurons do on photos, in a thread
walls           the walls of the page, and the words about them; weight_wall: one wall, in the browser
neuron_card     what is told of the chosen neuron
first_layers    what is to be seen on the first wall
patch_rows      what excites the network on patches, layer by layer
forward_flow    one photo flows through
excite          activation maximisation
ablation        neurons switched off
why_layers      why the non-linearity; random_starts: why random starts
"""
