"""A device that is not there: the numbers of its tensors lie on the CPU, and what it would refuse is refused.

    with pretended("mps"):
        render(5, range(8), device="mps")

Refused are tensors of two devices in one sum (but numbers, and indices that lie on the CPU), NumPy's hand on
one that lies there, random numbers from a generator of the CPU's, and on MPS float64, which it lacks. How
quick such a device is, and how it rounds, only a real one tells.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest
import torch
from torch import Tensor

CPU = torch.device("cpu")
MAKERS = ("tensor", "as_tensor", "empty", "zeros", "ones", "full", "arange", "linspace", "eye", "rand")
MAKERS += ("randn", "randint", "randperm")
READ_HERE = {"numpy", "__array__", "__dlpack__", "data_ptr"}
INDEXED = {"__getitem__", "__setitem__"}


class Away(Tensor):
    """A tensor that lies on the pretended device."""

    at = CPU  # the device's name, while it is pretended

    @classmethod
    def __torch_function__(
        cls, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if not all(issubclass(one, Tensor) for one in types):
            return NotImplemented  # something else that knows how to multiply, such as stored photos
        name = getattr(func, "__name__", "")
        if name == "__get__" and func.__self__ is Tensor.device:
            return cls.at
        if name in READ_HERE:
            raise TypeError(f"can't convert {cls.at} device type tensor to numpy")
        kwargs = dict(kwargs or {})
        place, args, kwargs = _where(name, args, kwargs)
        given = [one for one in _leaves((args, kwargs)) if isinstance(one, Tensor)]
        _refuse_mixed(name, given)
        if isinstance(kwargs.get("generator"), torch.Generator):
            raise RuntimeError(f"Expected a '{cls.at}' generator device but found 'cpu'")
        with torch._C.DisableTorchFunctionSubclass():
            made = func(*args, **kwargs)
            moves = name in ("to", "cpu") and isinstance(given[0], Away) != (place == cls.at)
            if moves and made is given[0]:
                made = made.clone()
            if isinstance(made, tuple | list):
                return type(made)([_put(one, place) for one in made])
            return _put(made, place)


def _leaves(given: Any) -> Iterator[Any]:
    """What stands in lists, tuples and dictionaries, and in those in them. torch's own function is slow."""
    for one in given.values() if isinstance(given, dict) else given:
        if isinstance(one, tuple | list | dict):
            yield from _leaves(one)
        else:
            yield one


def _where(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[torch.device, Any, Any]:
    """Where the result lies, and the arguments without a word of it, for the CPU is asked."""
    if name == "cpu":
        return CPU, args, kwargs
    places = [torch.device(kwargs.pop("device"))] if kwargs.get("device") is not None else []
    if name == "to":
        others = [one for one in args[1:] if isinstance(one, Tensor)]
        places += [other.device for other in others]
        places += [torch.device(one) for one in args[1:] if isinstance(one, str | torch.device)]
        types = tuple(other.dtype for other in others)
        args = (
            args[0],
            *types,
            *(one for one in args[1:] if not isinstance(one, str | torch.device | Tensor)),
        )
    there = any(isinstance(one, Away) for one in _leaves((args, kwargs)))
    place = (*places, Away.at if there else CPU)[0]
    return Away.at if place.type == Away.at.type else place, args, kwargs


def _refuse_mixed(name: str, given: list[Tensor]) -> None:
    if name in ("to", "copy_") or (name in INDEXED and isinstance(given[0], Away)):
        return
    with torch._C.DisableTorchFunctionSubclass():
        if len({isinstance(one, Away) for one in given if one.dim()}) > 1:
            raise RuntimeError(f"Expected all tensors to be on the same device, but found two, in {name}")


def _put(one: Any, place: torch.device) -> Any:
    if not isinstance(one, Tensor):
        return one
    if place == CPU:
        return one.as_subclass(Tensor)
    if isinstance(one, Away):
        return one  # itself, changed in place or there already
    if place.type == "mps" and one.dtype in (torch.float64, torch.complex128):
        raise TypeError(
            "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support it"
        )
    return one.as_subclass(Away)


def _making(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A maker of tensors, or `to` of one that lies on the CPU, that knows the pretended device."""

    @wraps(make)
    def made(*args: Any, **kwargs: Any) -> Tensor:
        named = [one for one in (*args[1:], kwargs.get("device")) if isinstance(one, str | torch.device)]
        if any(torch.device(one).type == Away.at.type for one in named):
            return Away.__torch_function__(make, (Tensor,), args, kwargs)
        return make(*args, **kwargs)

    return made


@contextmanager
def pretended(kind: str) -> Iterator[torch.device]:
    """While this lasts torch has the device: "cuda", as "cuda:0", or "mps"."""
    device = torch.device(kind, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Away, "at", device)
        for name in MAKERS:
            patch.setattr(torch, name, _making(getattr(torch, name)))
        patch.setattr(Tensor, "to", _making(Tensor.to))
        patch.setattr(torch.cuda, "is_available", lambda: kind == "cuda")
        patch.setattr(torch.cuda, "device_count", lambda: int(kind == "cuda"))
        patch.setattr(torch.backends.mps, "is_available", lambda: kind == "mps")
        yield device
