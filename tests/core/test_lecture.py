"""Who knows the lecture finds each of its formulas and terms in core by one search, in its own spelling."""

import re
from pathlib import Path

import pytest

import core

ROOT = Path(core.__file__).parent
SOURCES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
MOST = 3  # files that a search may find: more are read by nobody

FOUND = {  # what is searched for → the module in which it is explained
    "Erratum:": "descent.py",  # and losses.py, network.py: what the notes get wrong
    # 0. Why deep learning now
    "deep learning works": "experiments/compute.py",
    "parallel code": "experiments/compute.py",
    "time per step": "experiments/compute.py",
    "data grows": "experiments/learning_curves.py",
    # 1. Goal 1
    "flattened": "pixels.py",
    "ŷ = σ(wx + b)": "heads.py",
    "64 × 64 × 3 → x": "__init__.py",  # and from there pixels.py
    "12,289": "heads.py",
    "12289": "network.py",
    "logistic regression": "heads.py",
    "L = −[y log ŷ + (1−y) log(1−ŷ)]": "losses.py",
    "maximum likelihood": "losses.py",
    "loss function": "losses.py",
    "cost function": "losses.py",
    "cost of a batch": "losses.py",
    "∂L/∂z = ŷ − y": "losses.py",
    "w := w − α ∂L/∂w": "descent.py",
    "Erratum: the lecture notes write ∂L/∂b in the update of w": "descent.py",
    # 2. Goal 2
    "36,867": "heads.py",
    "36867": "network.py",
    "[1,0,0]": "heads.py",
    "[0,0,0]": "heads.py",
    "a_1^[1], a_2^[1], a_3^[1]": "heads.py",
    "three logistic regressions side by side": "heads.py",
    "labels decide": "experiments/label_order.py",
    "permute the label order": "experiments/label_order.py",
    "one baseball": "experiments/imbalance.py",
    "Per-class recall": "scores.py",
    "y_k log ŷ_k + (1−y_k) log(1−ŷ_k)": "losses.py",
    "∂L/∂w_2 does not involve": "losses.py",
    "Erratum: the lecture notes say that Goal 1's loss does not apply": "losses.py",
    "neuron by neuron": "losses.py",
    # 3. Goal 3
    "constraint": "heads.py",
    "e^{z_k} / Σ_j e^{z_j}": "heads.py",
    "softmax multi-class network": "heads.py",
    "[0.01, 0.02, 0.97]": "heads.py",
    "∂ŷ_j/∂z_k = ŷ_j (δ_jk − ŷ_k)": "activations.py",
    "the coupling": "activations.py",
    "∂L/∂w_1 depends on w_2 and w_3": "losses.py",
    "Tangled": "losses.py",
    "term by term": "losses.py",
    "∂L_CE/∂z = (Σ_k y_k) ŷ − y": "losses.py",
    "[½, ½, 0]": "losses.py",
    "Erratum: the lecture notes let the outputs sum to 2": "losses.py",
    "sum to 1": "losses.py",
    # 4. Neural network
    "input layer": "network.py",
    "output layer": "network.py",
    "comes to see edges": "hidden_neurons/__init__.py",
    "weights as images": "hidden_neurons/weight_pictures.py",
    "Weight pictures": "hidden_neurons/weight_pictures.py",
    "each later neuron combines": "hidden_neurons/effective_weights.py",
    "responds to": "hidden_neurons/what_excites.py",
    "House prices": "houses.py",
    "zip code, wealth → school quality": "houses.py",
    "hand-wired": "house_networks.py",
    "activation maximisation": "hidden_neurons/activation_maximisation.py",
    "end-to-end": "experiments/black_box.py",
    # 5. Propagation equations
    "a_j^[l], neuron j of layer l": "network.py",
    "z[1] = W[1] x + b[1]": "network.py",
    "z[3] = W[3] a[2] + b[3]": "network.py",
    "W[1] (3, n), b[1] (3, 1)": "network.py",
    "Erratum: the lecture notes write w[1] in the third layer": "network.py",
    "3n + 14": "network.py",
    "36,878": "network.py",
    "36878": "network.py",
    # 6. Batches and broadcasting
    "vectorization": "experiments/loop_or_batch.py",
    "Z[1] (3,m) = W[1] (3,n) X (n,m) + b[1] (3,1)": "broadcasting.py",
    "cannot be added as matrices": "broadcasting.py",
    "b̃[1] (3,m)": "broadcasting.py",
    "∂J/∂b[1] = Σ over the m columns": "broadcasting.py",
    "repeated m times": "broadcasting.py",
    "without copying": "broadcasting.py",
    "number of parameters": "broadcasting.py",
    "stride 0": "broadcasting.py",
    "(3,1)+(1,3)": "broadcasting_traps.py",
    "(3,)+(3,3)": "broadcasting_traps.py",
    # 7. Where the same lecture goes next
    "δ3 = (A3 − Y)/m": "network.py",
    "δ2 = W3ᵀ δ3 ∘ A2(1−A2)": "network.py",
    "δ1 = W2ᵀ δ2 ∘ A1(1−A1)": "network.py",
    "∂J/∂W_l = δ_l A_{l−1}ᵀ": "network.py",
    "gradient check": "gradient_check.py",
    "Σ columns of δ_l": "network.py",
    "element-wise product": "network.py",
    "stochastic descent": "descent.py",
    "batch descent": "descent.py",
    "stochastic gradient descent": "descent.py",
    "break symmetry": "experiments/symmetry.py",
    "xavier   N(0, 1/n)": "initialisation.py",
    "linear map": "collapse.py",
    "train/test gap": "live_run/judgement.py",
    "L2 regularisation": "network.py",
}


@pytest.mark.parametrize("words", FOUND)
def test_each_formula_and_term_is_found_in_one_search(words):
    hits = [name for name, source in SOURCES.items() if words in source]
    assert FOUND[words] in hits and len(hits) <= MOST, hits


# Words of other courses and textbooks, as they are typed into a search that does not look at capitals.
SAID_ELSEWHERE = {
    "activation function": "activations.py",
    "vanishing gradient": "activations.py",
    "dead neuron": "activations.py",
    "saturated": "activations.py",
    "partial derivative": "activations.py",
    "logistic function": "activations.py",
    "cross entropy": "losses.py",
    "log loss": "losses.py",
    "log-likelihood": "losses.py",
    "categorical": "losses.py",
    "bernoulli": "losses.py",
    "one-hot": "losses.py",
    "natural logarithm": "losses.py",
    "nats": "losses.py",
    "(mle)": "losses.py",
    "ground truth": "losses.py",
    "numerically stable": "losses.py",
    "mean squared error": "house_networks.py",
    "(mse)": "losses.py",
    "chain rule": "network.py",
    "bias b_j": "network.py",
    "dot product": "network.py",
    "outer product": "network.py",
    "hadamard": "network.py",
    "dense": "network.py",
    "a neural network": "network.py",
    "multi-layer perceptron": "network.py",
    "mlp": "network.py",
    "feed-forward": "network.py",
    "weight decay": "network.py",
    "weight matrix": "network.py",
    "bias vector": "network.py",
    "the prediction": "network.py",
    "he initialisation": "initialisation.py",
    "xavier initialisation": "initialisation.py",
    "glorot": "initialisation.py",
    "kaiming": "initialisation.py",
    "explod": "initialisation.py",
    "random initialisation": "initialisation.py",
    "symmetry breaking": "initialisation.py",
    "normal distribution": "initialisation.py",
    "multi-label": "heads.py",
    "one-vs-rest": "heads.py",
    "softmax regression": "heads.py",
    "multinomial logistic regression": "heads.py",
    "binary classification": "heads.py",
    "saliency": "heads.py",
    "gradient descent": "descent.py",
    "step size": "descent.py",
    "update rule": "descent.py",
    "an epoch is": "descent.py",
    "deterministic": "descent.py",
    "learning-rate schedule": "optimisers.py",
    "learning-rate decay": "optimisers.py",
    "bias correction": "optimisers.py",
    "exponential moving average": "optimisers.py",
    "gradient checking": "gradient_check.py",
    "numerical gradient": "gradient_check.py",
    "finite difference": "gradient_check.py",
    "computational graph": "gradient_check.py",
    "confusion matrix": "confusion.py",
    "decision boundary": "scores.py",
    "sensitivity": "scores.py",
    "true positive": "scores.py",
    "false positive": "scores.py",
    "roc curve": "scores.py",
    "training set": "live_run/judgement.py",
    "test set": "live_run/judgement.py",
    "generalise": "live_run/judgement.py",
    "generalisation gap": "live_run/judgement.py",
    "hyperparameter": "live_run/settings.py",
    "fine-tuning": "live_run/starts.py",
    "loss curve": "live_run/history.py",
    "held-out": "own_photos/own_examples.py",
    "transfer learning": "own_photos/last_layers.py",
    "learning curve": "experiments/learning_curves.py",
    "validation set": "experiments/learners.py",
    "early stopping": "experiments/learners.py",
    "class imbalance": "experiments/imbalance.py",
    "feature learning": "experiments/black_box.py",
    "column vector": "pixels.py",
    "unrolled": "pixels.py",
    "convolution": "patches.py",
    "pooling": "patches.py",
    "weight sharing": "patches.py",
    "parameter sharing": "patches.py",
    "receptive field": "patches.py",
    "label smoothing": "patch_training.py",
    "feature scaling": "whitening.py",
    "data augmentation": "augmentation.py",
    "feature visualisation": "hidden_neurons/activation_maximisation.py",
    "confidence interval": "intervals.py",
    # as they are spelled in America: from there to the module
    "initialization": "__init__.py",
    "regularization": "__init__.py",
    "overfitting": "__init__.py",
    "generalization": "__init__.py",
    "minibatch": "__init__.py",
    "normalization": "__init__.py",
    "visualization": "__init__.py",
    "multiclass": "__init__.py",
    "back-propagation": "__init__.py",
    "log-loss": "__init__.py",
    "multilabel": "__init__.py",
    "one-vs-all": "__init__.py",
    "pre-activation": "__init__.py",
}


@pytest.mark.parametrize("words", SAID_ELSEWHERE)
def test_what_others_call_it_is_found_too(words):
    hits = [name for name, source in SOURCES.items() if words in source.lower()]
    assert SAID_ELSEWHERE[words] in hits and len(hits) <= MOST, hits


# Symbols as LaTeX, a keyboard without Greek letters or other code spells them: core/__init__.py sends on.
SPELLED_ELSEWHERE = {
    r"\sigma": "activations",
    "sigma(z)": "activations",
    "σ'(z)": "activations",
    "1/(1+e^": "activations",
    r"\delta_{jk}": "activations",
    "delta_jk": "activations",
    r"\hat{y}": "network",
    "yhat": "network",
    "h_θ(x)": "network",
    r"\theta": "network",
    r"\partial L / \partial z": "losses",
    "dL/dz": "losses",
    "L_{CE}": "losses",
    "z^{[l]}": "network",
    "z^{[1]}": "network",
    "a^{[l-1]}": "network",
    "W^{[l]}": "network",
    "W^[l]": "network",
    "W^{[1]}": "network",
    "b^{[1]}": "network",
    r"\delta^{[l]}": "network",
    "dZ^{[l]}": "network",
    r"\partial J / \partial W": "network",
    "dJ/dW": "network",
    "dW1": "network",
    "dJ/db": "network",
    r"\odot": "network",
    "3n+14": "network",
    r"\alpha": "descent",
    "alpha * dW": "descent",
    r"\lambda": "network",
    r"\tilde{b}": "broadcasting",
    "b_tilde": "broadcasting",
    "axis=1, keepdims=True": "broadcasting",
    "x^{(i)}": "columns",
    "64x64x3": "pixels",
    "64*64*3": "pixels",
}


@pytest.mark.parametrize("words", SPELLED_ELSEWHERE)
def test_a_symbol_in_another_spelling_leads_to_its_own(words):
    hits = [name for name, source in SOURCES.items() if words in source]
    assert "__init__.py" in hits and len(hits) <= MOST, hits
    (line,) = [line for line in SOURCES["__init__.py"].splitlines() if words in line]
    ours, module, _ = re.split(r"  +", line.strip(), maxsplit=2)
    assert module == SPELLED_ELSEWHERE[words]
    for symbol in ours.split(", "):
        assert symbol in SOURCES[f"{module}.py"]
