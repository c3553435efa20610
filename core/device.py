"""Where tensors live: on a GPU, CUDA if there is one, then Apple's MPS, else on the CPU."""

import torch


def default_device() -> torch.device:
    """The fastest device present: "cuda", else "mps", else "cpu"."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_named(name: str) -> torch.device:
    """The device of this name, with its number where there are several: "cpu", "cuda", "cuda:1", "mps".

    Errors: ValueError where it is not there. Of torch's other kinds some hold no numbers, so none is taken.
    """
    try:
        device = torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as absent:  # torch says either, with a page of advice
        raise ValueError(f"there is no device '{name}' here") from absent
    if device.type not in ("cpu", "cuda", "mps"):
        raise ValueError(f"the devices are cpu, cuda and mps, not '{name}'")
    return device
