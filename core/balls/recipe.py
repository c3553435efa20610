"""What is in the photos: the shares of none, one, two and three balls, and the multi-hot labels that follow.

labels(seed, indices, recipe) -> Y (3, m): Y[k, i] = 1 when photo i shows a ball of kind k. Drawn without
rendering.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice, photo_keys
from core.balls.threads import one_thread

KINDS = ("soccer", "basketball", "baseball")
TRAIN_SEED = 11
TEST_SEED = 229
GALLERY_SEED = 64

Indices = Sequence[int] | range | Tensor


@dataclass(frozen=True)
class Recipe:
    """Shares of photos by their number of balls (they need not add up to 1), weights of the kinds, and sizes.

    weights: how often soccer, basketball and baseball are drawn, relative to each other.
    radius: (smallest, largest) radius in pixels of a single ball, which then lies whole in the frame; None
    for the natural mix, from far away to partly outside the frame.
    empty: share of the photos without a ball that are empty scenes; the others show other balls and other
    things.
    others: how often each of these is drawn, relative to each other, in the order of `OTHERS`; () for its own
    weights.
    club: share of the soccer balls that are painted by `core.balls.club`.
    ball: all photos show one and the same ball, turned, placed and lit anew: the first of each looks like
    number `ball` of its kind. None: another one in every photo.
    Errors: ValueError in a sentence for shares, weights, radii or a ball that do not hold; for another number
    of `others` than there are, when photos are rendered.
    """

    none: float = 0.23
    one: float = 0.58
    two: float = 0.15
    three: float = 0.04
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    radius: tuple[float, float] | None = None
    empty: float = 0.3
    others: tuple[float, ...] = ()
    ball: int | None = None
    club: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.none, self.one, self.two, self.three)
        if min(shares) < 0 or not 0 < sum(shares) < math.inf:
            raise ValueError(
                f"The shares of a recipe must be finite, not negative, and not all zero; they are {shares}."
            )
        if self.others and (min(self.others) < 0 or not 0 < sum(self.others) < math.inf):
            raise ValueError(
                "The weights of the others must be finite, not negative, and not all zero; "
                f"they are {self.others}."
            )
        if not 0 <= self.empty <= 1:
            raise ValueError(f"The share of empty scenes must be from 0 to 1; it is {self.empty}.")
        if not 0 <= self.club <= 1:
            raise ValueError(f"The share of clubs' soccer balls must be from 0 to 1; it is {self.club}.")
        if len(self.weights) != len(KINDS):
            raise ValueError(f"A recipe needs one weight for each of {KINDS}; it has {len(self.weights)}.")
        if min(self.weights) < 0 or not sum(self.weights) < math.inf:
            raise ValueError(
                f"The weights of a recipe must be finite and not negative; they are {self.weights}."
            )
        most = max((count for count, share in enumerate(shares) if share > 0), default=0)
        if sum(weight > 0 for weight in self.weights) < most:
            raise ValueError(
                f"Photos with {most} different balls need {most} kinds with a weight above zero."
            )
        if self.radius is not None and not (
            len(self.radius) == 2 and 2 <= self.radius[0] <= self.radius[1] <= 30
        ):
            raise ValueError(
                f"The radii of a recipe must satisfy 2 <= smallest <= largest <= 30; they are {self.radius}."
            )
        if self.ball is not None and (isinstance(self.ball, bool) or not isinstance(self.ball, int)):
            raise ValueError(f"The ball of a recipe must be a whole number, not {self.ball!r}.")

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Of photos with none, one, two and three balls."""
        return self.none, self.one, self.two, self.three


MIXED = Recipe()
ONE = Recipe(none=0, one=1, two=0, three=0)
DEMO = Recipe(none=0, one=1, two=0, three=0, radius=(11.0, 18.0))  # room to drag the ball about


def checked_indices(seed: int, indices: Indices, device: torch.device) -> Tensor:
    """indices as (m,) int64 on the device. Errors: ValueError for what is wrong with them or the seed."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError(f"The seed must be a whole number, not {seed!r}.")
    if isinstance(indices, Tensor) and (indices.is_floating_point() or indices.dtype == torch.bool):
        raise ValueError(f"Indices must be whole numbers, not {indices.dtype}.")
    try:
        checked = torch.as_tensor(indices if isinstance(indices, Tensor) else list(indices))
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise ValueError("Indices must be a sequence of whole numbers from 0 to 2^63 - 1.") from error
    if checked.numel() == 0:
        checked = checked.to(torch.int64)
    if (
        checked.ndim != 1
        or checked.is_floating_point()
        or checked.is_complex()
        or checked.dtype == torch.bool
    ):
        raise ValueError(
            f"Indices must be a row of whole numbers; they have shape {tuple(checked.shape)} "
            f"and type {checked.dtype}."
        )
    checked = checked.to(torch.int64)
    if checked.numel() and int(checked.min()) < 0:
        raise ValueError(f"Indices must not be negative; the smallest is {int(checked.min())}.")
    return checked.to(device)


def draw_kinds(dice: Dice, recipe: Recipe) -> tuple[Tensor, Tensor]:
    """The number of balls of each photo (m,) and the kinds in the order in which they are placed (m, 3).

    The kinds are drawn one after another without repetition; only the first `count` of a row are in the
    photo.
    """
    count = dice.pick(recipe.shares)[:, 0]  # (m,)
    w0, w1, w2 = (max(weight, 1e-12) for weight in recipe.weights)
    first = dice.pick((w0, w1, w2))[:, 0]
    draw = dice.uniform()[:, 0]
    # given the first kind, the chance that the second is the lower-numbered one of the two left
    chance_of_lower = torch.tensor([w1 / (w1 + w2), w0 / (w0 + w2), w0 / (w0 + w1)], device=draw.device)
    lower = torch.tensor([1, 0, 0], device=draw.device)[first]
    upper = torch.tensor([2, 2, 1], device=draw.device)[first]
    second = torch.where(draw < chance_of_lower[first], lower, upper)
    return count, torch.stack((first, second, 3 - first - second), dim=1)


def multi_hot(count: Tensor, kinds: Tensor) -> Tensor:
    """count (m,), kinds (m, 3) -> Y (3, m) float32."""
    present = torch.arange(len(KINDS), device=count.device)[None, :] < count[:, None]  # (m, 3)
    Y = torch.zeros(count.shape[0], len(KINDS), device=count.device)
    return Y.scatter_(1, kinds, present.to(torch.float32)).T.contiguous()  # (3, m)


def labels(
    seed: int, indices: Indices, recipe: Recipe = MIXED, device: torch.device | str | None = None
) -> Tensor:
    """Y (3, m) float32, the labels of photos without rendering them.

    Errors: ValueError for a seed or indices that are no whole numbers, or negative indices.
    """
    where = torch.device(device or "cpu")
    checked = checked_indices(seed, indices, where)
    with one_thread():
        parts = [
            multi_hot(*draw_kinds(Dice(photo_keys(seed, part), block=3), recipe))
            for part in checked.split(32768)
        ]  # of a size that stays in the processor's cache
    return torch.cat(parts, dim=1)
