"""CS229 lecture 11 as code, from logistic regression to neural networks, in PyTorch.

Read it in the order of the lecture:

    pixels        photo (64, 64, 3) → x (12288, 1)
    activations   σ, softmax, tanh, ReLU, identity, each with its Jacobian
    losses        binary cross-entropy, softmax cross-entropy, squared error, the tangled pairing
    network       layers, propagate (every Z and A), backpropagate (closed form, no autograd)
    heads         Goal 1, 2, 3 as one-layer networks
    optimisers    what is subtracted: plain gradient, momentum, Adam
    columns       X over stored photos: W @ X and δ @ Xᵀ straight from the bytes
    descent       w := w − α ∂J/∂w, stepped, changed mid-run, saved and continued
    side_by_side  several losses on the same batches
    settings      everything that a run depends on, checked
    history       the curves and events of a run
    run           a live run: changed on the way, looked back at, branched, kept in a folder
    confusion     what a loss gets wrong
    plain_script  a run in plain torch.nn, autograd and torch.optim
    balls         rendered ball photos with multi-hot labels, by seed and index
    photos        the bytes of an upload → 64×64×3
    training      how the models that ship were trained
    weights       the trained models that ship, as safetensors
    experiments   label order and imbalance
    device        where tensors live: CUDA, MPS or CPU

Everywhere columns are examples: X (n, m), W (k, n), b (k, 1), Y (k, m).
"""
