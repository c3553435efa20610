"""The texts of a script (core.live_run.plain_script): plain torch, in the order in which they stand there.

Names in braces are filled in; doubled braces are the script's own.
"""

HEAD = '''"""{what} to see balls in photos: a run of this project once more, in plain PyTorch.

Save this file in the project's folder and run it there: python plain_run.py
The photos come from the project (core.balls), all the rest is torch.nn, autograd and torch.optim.
It prints the cost J and the accuracy, and writes the weights as safetensors.
{note}"""

import json
from itertools import pairwise

import torch
from safetensors.torch import {tensors}
from torch.nn import functional as F

from core.balls import TRAIN_SEED, dataset
'''

MERGED = """
Not the same run, but one near it: its settings were changed more often than is kept. Left out, as they held
for the fewest steps: {count} of the changes.
"""

OWN = """
Not the same run: of the photos that it learned from, a person's own were in memory only and are not here.
Rendered ones stand in their place.
"""

BROUGHT = """
It begins from weights in a file: put that file beside this script, as start.safetensors.
"""

PHOTOS = """
drawn = dataset(TRAIN_SEED, {count}, device="cpu")
photos, labels = drawn.pixels.reshape(-1, 12288), drawn.Y.T  # bytes (M, 12288), multi-hot (M, 3)
groups = [(labels.sum(1) == balls).nonzero()[:, 0] for balls in (0, 1, 2)]


def chosen(two, none):
    # As many photos as can be had with these shares of two balls and of none, the rest one ball.
    shares = none, max(0.0, 1.0 - two - none), two
    parts = list(zip(groups, shares, strict=True))
    m = min(int(len(group) / share + 1e-9) for group, share in parts if share > 1e-9)
    return torch.cat([group[: round(share * m)] for group, share in parts]).sort().values

"""

LOSS_CODE = {
    "binary": """
def binary(Z, Y):  # Goal 2's loss: -sum of y log(y_hat) + (1 - y) log(1 - y_hat), y_hat = sigmoid(z)
    return F.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / len(Y)

""",
    "softmax": """
def softmax(Z, Y):  # Goal 3's loss: -sum of y log(y_hat), y_hat = softmax(z)
    return F.cross_entropy(Z, Y)

""",
    "tangled": """
def tangled(Z, Y):  # Goal 2's loss on Goal 3's outputs: softmax(z)_k = sigmoid(u_k)
    others = torch.stack([Z[:, [1, 2]], Z[:, [0, 2]], Z[:, [0, 1]]], dim=1)
    U = -(others - Z.unsqueeze(2)).logsumexp(dim=2)  # large logits that are nearly equal cancel first
    return F.binary_cross_entropy_with_logits(U, Y, reduction="sum") / len(Y)

""",
    "squared": """
def squared(Z, Y):  # sum of (y_hat - y)^2 / 2, y_hat = sigmoid(z)
    return F.mse_loss(torch.sigmoid(Z), Y, reduction="sum") / 2 / len(Y)

""",
}

OPTIMISER_CODE = {
    "plain": 'torch.optim.SGD(model.parameters(), lr=now["rate"])',
    "momentum": 'torch.optim.SGD(model.parameters(), lr=now["rate"], momentum=0.9)',
    "adam": 'torch.optim.Adam(model.parameters(), lr=now["rate"])',
}

START_CODE = {
    "zeros": "linear.weight.zero_()",
    "equal": "linear.weight.fill_(1 / n)",
    "random": "linear.weight.copy_(0.01 * torch.randn(k, n, generator=dice))",
    "xavier": "linear.weight.copy_(torch.randn(k, n, generator=dice) * (1 / n) ** 0.5)",
    "he": "linear.weight.copy_(torch.randn(k, n, generator=dice) * (2 / n) ** 0.5)",
}

MODULE_CODE = {
    "relu": "torch.nn.ReLU()",
    "tanh": "torch.nn.Tanh()",
    "sigmoid": "torch.nn.Sigmoid()",
    "identity": "torch.nn.Identity()",
}

STARTED = """
def started():
    dice, linears = torch.Generator().manual_seed(SEED), []
    for n, k in pairwise(SIZES):
        linear = torch.nn.Linear(n, k)
        with torch.no_grad():
            {start}
            linear.bias.zero_()
        linears.append(linear)
    return linears
"""

LOADED = """
def started():
    weights, linears = load_file("{file}"), []
    for l, (n, k) in enumerate(pairwise(SIZES)):
        linear = torch.nn.Linear(n, k)
        with torch.no_grad():
            linear.weight.copy_(weights[f"layer.{{l}}.W"])
            linear.bias.copy_(weights[f"layer.{{l}}.b"][:, 0])
        linears.append(linear)
    return linears
"""

TRAIN = """

def cost(model, loss, l2, batch):
    Z = model(photos[batch] / 127.5 - 1)  # x in -1 ... 1
    weights = [parameter for parameter in model.parameters() if parameter.ndim == 2]
    return loss(Z, labels[batch]) + l2 / 2 * sum(W.square().sum() for W in weights), Z


def train(losses, file, activation):
    linears = started()
    model = {model}
    now, loss, epoch, position = dict(SETTINGS[0]), losses[0], 0, 0
    rows = chosen(now["two"], now["none"])
    optimiser = {optimiser}
    for step in range(STEPS):{change}
        if position == 0:
            dice = torch.Generator().manual_seed((SEED * 1_000_003 + epoch) % 2**63)
            order = rows[torch.randperm(len(rows), generator=dice)]
        batch = order[position : position + (now["batch"] or len(rows))]
        J, _ = cost(model, loss, now["l2"], batch)
        optimiser.zero_grad()
        J.backward()
        optimiser.step()
        position += len(batch)
        if position >= len(rows):
            epoch, position = epoch + 1, 0
    with torch.no_grad():
        J, Z = cost(model, loss, now["l2"], rows)
    has = labels[rows] > 0
    ball, others = Z.masked_fill(~has, -torch.inf).amax(1), Z.masked_fill(has, -torch.inf).amax(1)
    one = has.sum(1) == 1
    said = f"accuracy {{int((ball > others)[one].sum())}} of {{int(one.sum())}} photos with one ball"
    if not one.any():
        said = "no accuracy: none of these photos has just one ball"
    elif (Z.topk(2).values.diff() == 0)[one].all():  # as at W = 0
        said = "no accuracy yet: all outputs are equal, nothing is named"
    print(f"{{file}}: J = {{float(J):.6f}}, {{said}}")
    weights = {{f"layer.{{l}}.W": linear.weight.detach() for l, linear in enumerate(linears)}}
    weights |= {{f"layer.{{l}}.b": linear.bias.detach()[:, None] for l, linear in enumerate(linears)}}
    save_file(weights, file, {{"header": json.dumps({{"activations": [{hidden}activation]}})}})

"""

CHANGE = """
        change = SETTINGS.get(step, {})
        now.update(change)
        loss = losses.get(step, loss)
        optimiser.param_groups[0]["lr"] = now["rate"]"""

CHANGED_PHOTOS = """
        if "two" in change or "none" in change:
            before, rows = rows, chosen(now["two"], now["none"])
            if position > 0 and not torch.equal(before, rows):  # other photos begin an epoch of their own
                epoch, position = epoch + 1, 0"""

CHANGED_OPTIMISER = """
        if "optimiser" in change:  # it starts without the moments of the one before"""
