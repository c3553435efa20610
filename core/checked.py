"""A number that may be assigned at any time, and is refused where it does not fit.

    learning_rate = Checked(float, lambda value: value > 0, "the learning rate must be a positive number")

The old value stays when a new one is refused. Infinities, NaN and what is no number never fit. `is_whole`
tells the whole numbers among what JSON can hold.
Errors: ValueError with the sentence and the value.
"""

import math
from collections.abc import Callable
from typing import Any, Generic, TypeGuard, TypeVar

T = TypeVar("T", int, float)


class Checked(Generic[T]):
    """An attribute of type `kind` for which `fits` holds; see the module's text."""

    def __init__(self, kind: type[T], fits: Callable[[T], bool], sentence: str) -> None:
        self._kind: type[T] = kind
        self._fits: Callable[[T], bool] = fits
        self._sentence = sentence

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, instance: object, owner: type | None = None) -> T:
        value: T = getattr(instance, self._name)
        return value

    def __set__(self, instance: Any, value: T) -> None:
        try:
            fits = math.isfinite(value) and self._kind(value) == value and self._fits(value)
        except (TypeError, OverflowError):  # no number, or a whole one that no float holds
            fits = False
        if not fits:
            raise ValueError(f"{self._sentence}, got {value}")
        setattr(instance, self._name, self._kind(value))


def is_whole(value: object) -> TypeGuard[int]:
    """Whether JSON has a whole number there; to Python true and false are numbers, too."""
    return isinstance(value, int) and not isinstance(value, bool)
