"""A network as a safetensors file: W and b of every layer, and in the header which activation follows.

    layer.0.W  (k, n)    layer.0.b  (k, 1)    layer.1.W …    header: {"activations": ["sigmoid", …], …}
    of a network on patches (core.patches) also "patch_steps": [2, 1, …, 0]

Whatever else a file holds is not the network's: of what was trained on photos it names them
(core.photo_folder.learned).

safetensors holds numbers and strings only, so a file from a stranger can be opened; pickle could not.
The trained models that ship with the project are in assets/weights.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor

from core.activations import ACTIVATIONS
from core.network import Layer, Network
from core.pixels import SIZE
from core.whole_files import write_bytes

MODELS = ("goal1", "goal2", "goal3", "network", "three_layers", "patches")  # those that ship
FOLDER = Path(__file__).resolve().parent.parent / "assets" / "weights"

MAX_HEADER = 8 << 20  # bytes; a run's history is told there
MAX_NAMES = 1 << 18  # bytes of the header of a network, whose layers are few
LARGEST = 32 << 20  # bytes of a file that is brought: more than twice the largest network here


class WeightsError(ValueError):
    """A weights file that is missing, broken, or of another kind; says which and what was expected."""


def of_layers(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those of a file's tensors that are a network's."""
    return {name: tensor for name, tensor in tensors.items() if name.startswith("layer.")}


def network_tensors(network: Network) -> dict[str, Tensor]:
    """The parameters by name, "layer.0.W" and so on, contiguous and on the CPU."""
    named = {}
    for l, layer in enumerate(network.layers):  # noqa: E741
        named[f"layer.{l}.W"] = layer.W.detach().cpu().contiguous()
        named[f"layer.{l}.b"] = layer.b.detach().cpu().contiguous()
    return named


def architecture(network: Network) -> dict[str, object]:
    """What the header says of the layers."""
    said: dict[str, object] = {"activations": [layer.activation.name for layer in network.layers]}
    steps = [layer.step for layer in network.layers]
    return said | ({"patch_steps": steps} if any(steps) else {})


def _steps(header: Mapping[str, object], layers: int) -> list[int]:
    """Each layer's step. Errors: WeightsError for what is no such list."""
    steps = header.get("patch_steps", [0] * layers)
    whole = [step for step in steps if type(step) is int and 0 <= step <= SIZE] if type(steps) is list else []
    if steps != whole or len(whole) != layers:
        raise WeightsError("the file does not say in whole numbers how far apart each layer's patches are")
    return whole


def network_from_tensors(
    tensors: Mapping[str, Tensor], activations: list[str], header: Mapping[str, object] | None = None
) -> Network:
    """The network back from `network_tensors`, the activations' names and the header's steps.

    Errors: WeightsError.
    """
    steps = _steps(header or {}, len(activations))
    if unknown := [name for name in activations if name not in ACTIVATIONS]:
        raise WeightsError(f"the file names an activation that is not known here: {unknown[0][:40]!r}")
    try:
        return Network(
            tuple(
                Layer(tensors[f"layer.{l}.W"], tensors[f"layer.{l}.b"], ACTIVATIONS[name], step)
                for l, (name, step) in enumerate(zip(activations, steps, strict=True))  # noqa: E741
            )
        )
    except KeyError as missing:
        raise WeightsError(f"the file lacks {missing}") from missing
    except ValueError as misfit:
        raise WeightsError(f"the file's layers do not fit together: {misfit}") from misfit


def tensors_to_bytes(tensors: Mapping[str, Tensor], header: Mapping[str, object]) -> bytes:
    """The content of a safetensors file."""
    # One entry, sorted: safetensors writes several in any order, and the same weights shall be the same file.
    return save(dict(tensors), {"header": json.dumps(dict(header), sort_keys=True)})


def write_tensors(path: Path | str, tensors: Mapping[str, Tensor], header: Mapping[str, object]) -> None:
    """Write a safetensors file in one piece (core.whole_files). Errors: OSError."""
    write_bytes(path, tensors_to_bytes(tensors, header))


def read_tensors(path: Path | str, *, most: int = MAX_HEADER) -> tuple[dict[str, Tensor], dict[str, object]]:
    """The tensors and the header of a safetensors file; most: bytes of its list of names.

    Errors: WeightsError in one sentence.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"there is no weights file {path.name}")
    try:
        with path.open("rb") as file:
            names = int.from_bytes(file.read(8), "little")
    except OSError as refused:
        raise WeightsError(f"{path.name} cannot be read: {refused.strerror or refused}") from refused
    if names > most:  # each of which is made an object
        raise WeightsError(f"{path.name} is not a weights file of this project: it claims too many names")
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            header = json.loads((file.metadata() or {}).get("header", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, ValueError, TypeError, RecursionError, OSError, RuntimeError) as broken:
        raise WeightsError(f"{path.name} is not a weights file of this project, or it is damaged") from broken
    if not isinstance(header, dict):
        raise WeightsError(f"{path.name} is not a weights file of this project: its header holds no names")
    return tensors, header


def save_network(
    path: Path | str,
    network: Network,
    *,
    half: bool = False,
    beside: Mapping[str, Tensor] | None = None,
    **about: object,
) -> None:
    """Write a network, with whatever `about` says of it (seed, accuracy …) in the header.

    half: as float16, in half of the room; it is read as float32 again. beside: tensors that are not its own.
    """
    header = {**architecture(network), **about}
    tensors = network_tensors(network)
    if half:
        tensors = {name: tensor.half() for name, tensor in tensors.items()}
    write_tensors(path, tensors | dict(beside or {}), header)


def load_network(path: Path | str, *, device: torch.device | str | None = None) -> Network:
    """Read a network that `save_network` wrote. Errors: WeightsError."""
    found, header = read_tensors(path, most=MAX_NAMES)
    tensors = of_layers(found)
    activations = header.get("activations")
    if (
        not isinstance(activations, list)
        or not activations
        or any(str(name) not in ACTIVATIONS for name in activations)
    ):
        raise WeightsError(f"{Path(path).name} does not name its activations")
    if not all(tensor.is_floating_point() for tensor in tensors.values()):
        raise WeightsError(f"{Path(path).name} holds numbers that are not floating-point")
    double = any(tensor.dtype == torch.float64 for tensor in tensors.values())
    whole = {name: tensor.double() if double else tensor.float() for name, tensor in tensors.items()}
    if not all(bool(tensor.isfinite().all()) for tensor in whole.values()):
        raise WeightsError(f"{Path(path).name} holds numbers that are infinite, or not numbers at all")
    return network_from_tensors(whole, activations, header).to(device)


def network_from_bytes(data: bytes) -> Network:
    """The network in a file that somebody brings, in float32. Errors: WeightsError in a sentence."""
    if len(data) > LARGEST:
        raise WeightsError(f"the file is larger than {LARGEST >> 20} MB, more than any network here")
    length = int.from_bytes(data[:8], "little")
    if MAX_NAMES < length < len(data):
        raise WeightsError("this is not a safetensors file of a network: it claims too many names")
    try:
        tensors = of_layers(load(data))
        header = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["header"])
        activations = header["activations"]
        if not isinstance(activations, list) or not 1 <= len(activations) <= 16:
            raise ValueError("no list of activations")
        names = [str(name) for name in activations]
    except SafetensorError as broken:
        raise WeightsError("this is not a safetensors file, or a part of it is missing") from broken
    except (KeyError, TypeError, ValueError, RecursionError) as broken:
        raise WeightsError(
            "the file holds numbers, but does not say which activations go with them: it was not made here"
        ) from broken
    return network_from_tensors({name: _numbers(tensor) for name, tensor in tensors.items()}, names, header)


def _numbers(tensor: Tensor) -> Tensor:
    """As float32. Errors: WeightsError unless they are finite floating-point numbers."""
    if not tensor.is_floating_point():
        raise WeightsError("the weights are not floating-point numbers")
    numbers = tensor.to(torch.float32)
    if not bool(numbers.isfinite().all()):
        raise WeightsError("some of the weights are infinite or not numbers")
    return numbers


def load_model(name: str, *, device: torch.device | str | None = None) -> Network:
    """One of the trained models that ship, named in MODELS. Errors: WeightsError."""
    if name not in MODELS:
        raise WeightsError(f"the shipped models are {', '.join(MODELS)}, not '{name}'")
    path = FOLDER / f"{name}.safetensors"
    if not path.is_file():
        raise WeightsError(f"there is no weights file {path.name}; `python -m core train {name}` makes it")
    return load_network(path, device=device)
