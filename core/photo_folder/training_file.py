"""A training on photos as a safetensors file, from which it continues bit for bit.

    layer.0.W, layer.0.b, …      the network        mean.layer.0.W, …      the mean of its late steps
    first.0, second.0, …         the moments        header                 steps done, and what training it is

The photos are not written: they are given again, and must be the same ones.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.network import Network
from core.optimisers import Moments
from core.weights import WeightsError, network_from_tensors, network_tensors, read_tensors, write_tensors
from core.written import as_written

if TYPE_CHECKING:
    from core.photo_folder.training import PhotoTraining

READABLE = ("model", "start", "epochs", "rate", "share", "seed", "rendered", "device")  # else long names
ANEW = "delete that file to begin anew"


@dataclass(frozen=True)
class Reached:
    """Where a training stands after so many steps; `mean` is over the last `averaged` of them."""

    network: Network
    mean: Network
    moments: Moments
    step: int = 0
    averaged: int = 0


def save_training(path: Path, run: "PhotoTraining") -> None:
    """Write the state in one piece. Errors: OSError."""
    at = run.reached
    tensors = network_tensors(at.network)
    tensors |= {f"mean.{name}": tensor for name, tensor in network_tensors(at.mean).items()}
    for i, (v, s) in enumerate(zip(at.moments.first, at.moments.second, strict=True)):
        tensors |= {f"first.{i}": v.cpu(), f"second.{i}": s.cpu()}
    write_tensors(
        path,
        # The mean is the network itself until averaging begins, and a file holds no tensor twice.
        {name: tensor.clone() for name, tensor in tensors.items()},
        {
            "training": run.identity,
            "activations": [layer.activation.name for layer in at.network.layers],
            "place": [at.step, at.averaged, at.moments.steps],
        },
    )


def load_training(path: Path, run: "PhotoTraining") -> None:
    """Make `run`, which stands at its start, go on from a state.

    Errors: WeightsError if the state is broken, or is of another folder or other options; `run` is as before
    then. Which of the folder's photos it learns from is not in the state: that follows from folder and model.
    """
    try:
        tensors, header = read_tensors(path)
    except WeightsError as broken:
        raise WeightsError(f"{path} cannot be read, or is damaged; {ANEW}") from broken
    other = _difference(header.get("training"), run.identity)
    if other:
        raise WeightsError(f"{path} was begun with {other}; give the command that began it, or {ANEW}")
    try:
        activations: Any = header["activations"]
        place: Any = header["place"]
        step, averaged, gathered = (int(number) for number in place)
        network = network_from_tensors(tensors, activations)
        late = {name.removeprefix("mean."): t for name, t in tensors.items() if name.startswith("mean.")}
        mean = network_from_tensors(late, activations)
        first, second = (
            tuple(tensors[f"{kind}.{i}"].to(run.device) for i in range(2 * len(network.layers)))
            for kind in ("first", "second")
        )
        numbers = [*network_tensors(network).values(), *network_tensors(mean).values(), *first, *second]
        wanted = [(p.shape, p.dtype) for p in run.reached.network.parameters]
        fits = [(t.shape, t.dtype) for t in numbers] == 4 * wanted
        if not fits or not all(bool(t.isfinite().all()) for t in numbers):
            raise ValueError("its numbers are of another kind, infinite or none")
        if not 0 <= averaged <= step <= run.steps or not 0 <= gathered <= step:
            raise ValueError("it stands at no step of this training")
    except (KeyError, TypeError, ValueError, OverflowError, RuntimeError) as broken:
        raise WeightsError(f"{path} is not the state of a training: {broken}; {ANEW}") from broken
    moments = Moments(first, second, gathered)
    run.reached = Reached(network.to(run.device), mean.to(run.device), moments, step, averaged)


def _difference(other: object, mine: dict[str, Any]) -> str:
    """The first thing in which two trainings differ, in words; "" if they are the same."""
    if not isinstance(other, dict):
        return "another program"
    for name, value in mine.items():
        if other.get(name) != value:
            was, now = (as_written(v, 12) if isinstance(v, float) else v for v in (other.get(name), value))
            return f"{name} {was}, not {now}" if name in READABLE else f"other {name}"
    return ""
