"""A descent as a safetensors file, from which it continues bit for bit.

    layer.0.W, layer.0.b, …      the parameters        first.0, second.0, …    the moments of each, if not 0
    which                        the indices of the examples in use, if not all
    header                       activations, loss, settings, the place in the data, a name for the examples

The numbers are float32 or float64. The examples themselves are not written: they are given again, and must be
the same ones.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from core.joined_columns import JoinedColumns
from core.losses import loss_on
from core.optimisers import Moments
from core.weights import WeightsError, network_from_tensors, network_tensors, read_tensors, write_tensors

if TYPE_CHECKING:
    from core.descent import Descent

MOST = 1 << 53  # steps and epochs
SETTINGS = ("learning_rate", "batch_size", "l2", "optimiser", "seed")
DTYPES = (torch.float32, torch.float64)


def save_descent(path: Path | str, run: "Descent") -> None:
    """Write parameters, moments, settings and the place in the data.

    Errors: OSError; ValueError for numbers that are not float32 or float64.
    """
    if (dtype := run.parameters[0].dtype) not in DTYPES:
        raise ValueError(f"a descent is saved in float32 or float64, not in {dtype}")
    tensors = network_tensors(run.network)
    for i, (v, s) in enumerate(zip(run.moments.first, run.moments.second, strict=True)):
        tensors |= {name: t.cpu() for name, t in ((f"first.{i}", v), (f"second.{i}", s)) if t.any()}
    if run.which is not None:
        tensors["which"] = run.which.cpu()
    write_tensors(
        path,
        tensors,
        {
            "activations": [layer.activation.name for layer in run.network.layers],
            "loss": run.loss.name,
            "settings": {name: getattr(run, name) for name in SETTINGS},
            "place": [run.steps, run.epoch, run.position, run.moments.steps],
            "examples": run.examples_name,
        },
    )


def load_descent(kind: "type[Descent]", path: Path | str, X: Tensor | JoinedColumns, Y: Tensor) -> "Descent":
    """Continue a saved run on the same examples, on X's device, which may be another one than before.

    Shapes: X, Y as for `Descent`, all of them: `which` is in the file.
    Errors: WeightsError for other files or examples, and for numbers that are not float32 or float64.
    """
    tensors, header = read_tensors(path)
    try:
        settings: Any = header["settings"]
        place: Any = header["place"]
        activations: Any = header["activations"]
        network = network_from_tensors(tensors, activations).to(X.device)
        loss = loss_on(str(header["loss"]), network.layers[-1].activation)
        run = kind(network, X, Y, loss=loss, **settings)
        run.which = tensors.get("which")
        steps, epoch, position, gathered = (int(number) for number in place)
        first, second = (
            tuple(
                tensors.get(f"{name}.{i}", torch.zeros_like(p)).to(p).reshape_as(p)
                for i, p in enumerate(run.parameters)
            )
            for name in ("first", "second")
        )
        if not 0 <= position <= run.m or not all(0 <= count < MOST for count in (steps, epoch, gathered)):
            raise ValueError("it stands at no place of a run")
        if run.parameters[0].dtype not in DTYPES:
            raise ValueError("its numbers are of another kind")
        run.go_to(steps, epoch, position, Moments(first, second, gathered))
    except (KeyError, TypeError, ValueError, OverflowError, RuntimeError) as broken:
        raise WeightsError(
            f"{Path(path).name} does not continue a run on these examples: {broken}"
        ) from broken
    if header.get("examples") != run.examples_name:
        raise WeightsError(f"{Path(path).name} was saved on other examples")
    return run


def fingerprint(X: Tensor | JoinedColumns, Y: Tensor) -> str:
    """A short name for (X, Y): their shapes, all labels, and every 997th number of X.

    Of joined columns it names the first store's photos alone: those that come after are a person's own, of
    which no file holds anything.
    """
    if isinstance(X, JoinedColumns):
        X = X.photos[0]
        Y = Y[:, : X.shape[0]]
    digest = hashlib.sha256(repr((tuple(X.shape), tuple(Y.shape), str(X.dtype))).encode())
    labels = Y.to(torch.uint8)
    if not torch.equal(labels.to(Y), Y):  # prices, say
        labels = Y
    digest.update(labels.cpu().numpy().tobytes())
    digest.update(X.reshape(-1)[::997].cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
