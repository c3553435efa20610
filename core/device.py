"""Where tensors live: CUDA if there is one, then Apple's MPS, then the CPU."""

import torch


def default_device() -> torch.device:
    """The fastest device present: "cuda", else "mps", else "cpu"."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
