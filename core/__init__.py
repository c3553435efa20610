"""CS229 lecture 11 as code, from logistic regression to neural networks, in PyTorch.

Read it in the order of the lecture:

    pixels          photo (64, 64, 3) → x (12288, 1)
    activations     σ, softmax, tanh, ReLU, identity, each with its Jacobian
    losses          binary cross-entropy, softmax cross-entropy, squared error, the tangled pairing
    network         layers, propagate (every Z and A), backpropagate (closed form, no autograd)
    initialisation  zeros, all equal, random, Xavier, He
    heads           Goal 1, 2, 3 as one-layer networks
    houses          houses and their prices, simulated; house_networks: wired by hand, fully connected
    broadcasting    two shapes aligned, b̃ as a view, its way back; shapes: as typed; traps: the silent ones
    gradient_check  the closed form against autograd
    collapse        layers without activations between are one matrix
    importance      what a hidden neuron matters to; ablation: what is lost without it; what_excites,
                    effective_weights, activation_maximisation, weight_pictures: what it sees

    optimisers      what is subtracted: plain gradient, momentum, Adam
    columns         X over stored photos: W @ X and δ @ Xᵀ straight from the bytes
    descent         w := w − α ∂J/∂w, stepped, changed mid-run, saved and continued
    side_by_side    several losses on the same batches
    settings        everything that a run depends on, checked
    history         the curves and events of a run
    run             a live run: changed on the way, looked back at, branched, kept in a folder
                    run_scores, run_warnings, divergence: what is told of it; run_changes, curve: its way;
                    keyframes, run_state: what it can go back to and on from; mixture, starts: from what
    confusion       what a loss gets wrong; scores: recall, specificity, AUC of each neuron
    plain_script    a run in plain torch.nn, autograd and torch.optim
    experiments     label order, imbalance, equal starts, the black box, compute, learning curves

    balls           rendered ball photos with multi-hot labels, by seed and index
    training        how the models that ship were trained
    patches         a photo as a batch of patches; patch_training: how that network was trained
    weights         the trained models that ship, as safetensors
    photos          the bytes of an upload → 64×64×3; photo_files: each format's header
    judging         from a person's photos to every model's ŷ
    own_photo       a photo of one's own; photo_set, photo_zip: many; own_examples, last_layers: learned from
    photo_folder    a folder of any number of photos; photo_training, photo_accuracy: trained, measured on
                    photo_options, photo_plan, photo_stream, photo_cache, photo_training_file: their parts
    commands        python -m core …; photo_commands, photo_report: those that take a folder
    device          where tensors live: CUDA, MPS or CPU
    blocks          J and its gradients over many photos; byte_kernels, bfloat_tiles, compiled, parallel,
                    cores, memory, step: how all of this is made quick

Everywhere columns are examples: X (n, m), W (k, n), b (k, 1), Y (k, m).
"""
