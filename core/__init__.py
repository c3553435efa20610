r"""CS229 lecture 11 as code, from logistic regression to neural networks, in PyTorch.

Read it in the order of the lecture:

    pixels          photo 64 × 64 × 3 → x (12288, 1)
    activations     σ, softmax, tanh, ReLU, identity, each with its Jacobian
    losses          binary cross-entropy, softmax cross-entropy, squared error, the tangled pairing
    network         layers, propagate (every Z and A), backpropagate (every delta; no autograd)
    initialisation  zeros, all equal, random, Xavier, He
    heads           Goal 1, 2, 3 as one-layer networks
    houses          houses and their prices, simulated; house_networks: wired by hand, fully connected
    broadcasting    two shapes aligned, b̃ as a view, its way back; typed_shapes: as typed;
                    broadcasting_traps: the silent ones
    gradient_check  the closed form against autograd
    collapse        layers without activations between are one matrix
    hidden_neurons  what a hidden neuron sees, what excites it, and what is lost without it

    optimisers      what is subtracted: plain gradient, momentum, Adam
    columns         X over stored photos: W @ X and δ @ Xᵀ from their bytes; joined_columns: several stores
    weight_gradient ∂J/∂W of photos, which a step subtracts without multiplying it out
    blocks          J and its gradients over any number of examples, a block of them at a time
    descent         w := w − α ∂J/∂w, stepped, changed mid-run, saved and continued; descent_file: as a file
    divergence      the first number that is not finite, and the rate that led there
    side_by_side    several losses on the same batches; losses_beside: each on its own rows of Z
    live_run        a run that is changed on its way, looked back at, branched, kept in a folder
    confusion       what a loss gets wrong; scores: recall, specificity, AUC of each neuron
    experiments     label order, imbalance, equal starts, the black box, compute, learning curves

    balls           rendered ball photos with multi-hot labels, by seed and index; kept_photos: on the disk
    weights         the trained models that ship, as safetensors; training: how they were trained;
                    whole_files: written in one piece
    patches         a photo as a batch of patches, layer upon layer; closer_look: windows of a photo;
                    patch_training: how that network was trained; augmentation: another lens
    photos          the bytes of an upload → 64×64×3; photo_files: each format's header
    judging         from a person's photos to every model's ŷ; intervals: 95 %, of a share of few photos
    own_photos      a person's photos, their set, their zip, and what is learned from them
    photo_folder    a folder of any number of photos: trained on, measured on
    commands        python -m core …; terminal: numbers typed, names printed, how a command ends
                    progress_bars: of one process, whatever Python does with others
    device          where tensors live: CUDA, MPS or CPU
    processor       what makes all of this quick: cores, threads, kernels
    once, checked   made once, however many ask; assigned only where it fits
    texts           which texts a file or a link can hold, and which characters are for control only
    written         a setting as people write it: 0.00001, not 1e-05

Everywhere columns are examples: X (n, m), W (k, n), b (k, 1), Y (k, m).

Words that are spelled otherwise elsewhere: Xavier initialization and He initialization (initialisation),
L2 regularization (the L2 regularisation of network and blocks), overfitting and generalization (live_run),
minibatch (descent), optimizer (optimisers), normalization and standardization (house_networks),
visualization and activation maximization (hidden_neurons), log-loss (losses), multiclass, multilabel and
one-vs-all (heads), back-propagation, feedforward and pre-activation (network), sigmoid derivative and
softmax derivative (activations), cross-entropy derivative (losses).

Symbols likewise: as they stand here, the module that explains them, and as LaTeX or other code spells them.
A minus is − here, not the hyphen: ŷ − y for ŷ - y, a[l−1] for a[l-1].

    σ(z), σ′    activations     \sigma(z), sigma(z), σ'(z), sigma'(z), 1/(1+e^{-z}), 1/(1+exp(-z))
    e^−z        activations     \frac{1}{1+e^{-z}}, 1 / (1 + e^{-z}), σ(z) = 1/(1 + e⁻ᶻ), 1 / (1 + np.exp(-z))
    e^{z_j}     activations     e^{z_k} / \sum_j e^{z_j}, e^z / Σ e^z, np.exp(z) / np.sum(np.exp(z))
    ∂a_j/∂z_k   activations     \frac{\partial a_j}{\partial z_k}, da/dz, a * (1 - a)
    a (1 − a)   activations     a(1−a), a(1-a), ŷ(1−ŷ), ŷ(1-ŷ), σ(z)(1−σ(z)), σ(z)(1-σ(z))
    δ_jk        activations     \delta_{jk}, delta_jk
    wx + b      heads           w^T x + b, wᵀx + b, np.dot(w, x) + b, σ(wx+b)
    ∂L/∂w_k     heads           ∂L/∂W, dL/dw, (ŷ − y) xᵀ, (ŷ - y) xᵀ
    [1,1,0]     heads           [1, 1, 0], (1, 1, 0)
    ŷ           network         \hat{y}, y_hat, yhat; the hypothesis h_θ(x), \theta: W and b
    ∂L/∂z       losses          ∂L/∂z = ŷ - y, dL/dz = y_hat - y, dz = a - y
    ∂L/∂z       losses          \partial L / \partial z, \frac{\partial L}{\partial z}
    L           losses          L_{CE}, -[y log(y_hat) + (1-y) log(1-y_hat)], -\sum_k y_k \log
    L           losses          L_CE = -Σ_k y_k log ŷ_k, y log ŷ + (1-y) log(1-ŷ)
    J           losses          J = (1/m) Σ L^(i), \frac{1}{m} \sum_i
    z[l], a[l]  network         z^{[l]}, z^[l], z[ℓ], a^{[l]}, a^[l], a^{[1]}, a^{[l-1]}
    W[l], b[l]  network         W^{[l]}, W^[l], b^{[l]}, b^[l]
    z[1], W[1]  network         z^{[1]} = W^{[1]} x + b^{[1]}, Z1 = W1 @ X + b1, np.dot(W1, X) + b1
    δ[l]        network         \delta^{[l]}, δ^[l], dZ^{[l]}, dZ1, ∂J/∂z, dJ/dz
    δ3          network         dZ3 = A3 - Y, delta3, \delta_3
    ∂J/∂W[l]    network         \partial J / \partial W, dJ/dW, dW1
    ∂J/∂b[l]    network         \partial J / \partial b, dJ/db, db1, sum over the columns; alone: broadcasting
    ∘           network         \odot, ⊙
    3n + 14     network         3n+14, 3·n + 14, 3 · 12288 + 14
    W := W − α  descent         w := w - α ∂L/∂w, w := w - \alpha, W -= alpha * dW
    λ           network         \lambda, lambd
    b̃           broadcasting    \tilde{b}, b_tilde, Z = WX + b; Σ columns: np.sum(dZ, axis=1, keepdims=True)
    (3,)+(3,3)  broadcasting_traps  (3,) + (3,3), (3,) + (3, 3), (3,1) + (1,3), (3, 1) + (1, 3)
    x^(i)       columns         x^{(i)}
    12288       pixels          12,288, 64x64x3, 64*64*3, 64 · 64 · 3
"""

import signal
import sys

if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # python -m core… is on its way to a command, and imports torch first, which takes seconds. Until
    # core.terminal.leave hears Ctrl-C, it ends the process at once and without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
