"""House prices, simulated: four numbers known of a house, three concepts that nobody records, and a price.

    family size      F = 1 + min(bedrooms, size / 30)                             persons
    walkability      A = 100 · e^{−(zip − 1) / 3}                                 points, 0 to 100
    school quality   S = 10 · σ((wealth − 70) / 15 + (zip − 5) / 3)               points, 0 to 10
    price            F · (40 + 0.8 A + 10 S) + ε,   ε ~ N(0, 25²)                 k€

Family size is limited by what there is less of, rooms or space. It multiplies what the two other concepts add
up to: a good school is worth more to a large family, so that neither a linear model nor a sum of the concepts
can be exact.

A zip code is a name, not a quantity. Here the nine codes are numbered outwards from the centre and this
number is the input: a person has put knowledge into it. (Real codes would enter as one input of 0 or 1 each.)

Columns are examples: X (4, m), concepts C (3, m), price (1, m).
Source: lecture, section 4, for inputs, concepts and who feeds whom; the formulas are this project's own.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

NOISE = 25.0  # k€: the part of a price that nothing known of the house explains


@dataclass(frozen=True)
class Quantity:
    """Something known of a house, or a concept: its name, its unit, and a range that no house here leaves."""

    name: str
    unit: str
    low: float
    high: float


SIZE = Quantity("size", "m²", 40, 220)
BEDROOMS = Quantity("bedrooms", "", 1, 6)
ZIP_CODE = Quantity("zip code", "", 1, 9)
WEALTH = Quantity("wealth", "k€ a year", 20, 120)
INPUTS = (SIZE, BEDROOMS, ZIP_CODE, WEALTH)

FAMILY_SIZE = Quantity("family size", "persons", 2, 7)
WALKABILITY = Quantity("walkability", "points", 0, 100)
SCHOOL_QUALITY = Quantity("school quality", "points", 0, 10)
CONCEPTS = (FAMILY_SIZE, WALKABILITY, SCHOOL_QUALITY)

# The wires that a person would draw: WIRES[concept][input].
WIRES = (
    (True, True, False, False),  # size, bedrooms → family size
    (False, False, True, False),  # zip code → walkability
    (False, False, True, True),  # zip code, wealth → school quality
)


@dataclass(frozen=True)
class Houses:
    """m houses. Shapes: X (4, m), C (3, m), price (1, m) as paid, expected (1, m) without the noise."""

    X: Tensor
    C: Tensor
    price: Tensor
    expected: Tensor


def concepts(X: Tensor) -> Tensor:
    """Family size, walkability, school quality. Shapes: X (4, m) → (3, m). Errors: ValueError for others."""
    if X.ndim != 2 or X.shape[0] != len(INPUTS):
        raise ValueError(f"X must be (4, m): size, bedrooms, zip code, wealth; got {tuple(X.shape)}")
    size, bedrooms, zip_code, wealth = X
    family = 1 + torch.minimum(bedrooms, size / 30)  # (m,)
    walkability = 100 * torch.exp(-(zip_code - 1) / 3)
    schools = 10 * torch.sigmoid((wealth - 70) / 15 + (zip_code - 5) / 3)
    return torch.stack([family, walkability, schools])  # (3, m)


def expected_price(X: Tensor) -> Tensor:
    """F · (40 + 0.8 A + 10 S) in k€, without the noise. Shapes: X (4, m) → (1, m)."""
    family, walkability, schools = concepts(X)
    return (family * (40 + 0.8 * walkability + 10 * schools)).unsqueeze(0)


def houses(seed: int, m: int, *, dtype: torch.dtype = torch.float32) -> Houses:
    """m houses that follow from the seed alone.

    Wealth is spread evenly over its range, and size nearly so, small houses a little more often; larger ones
    tend to have more bedrooms; zip code and wealth have nothing to do with the others.
    Errors: ValueError for m < 1.
    """
    if m < 1:
        raise ValueError(f"there must be at least one house, not {m}")
    dice = torch.Generator().manual_seed(seed)
    size = 40 + 180 * torch.rand(m, generator=dice, dtype=torch.float64) ** 1.2
    bedrooms = (size / 32 + 0.9 * torch.randn(m, generator=dice, dtype=torch.float64)).round().clamp(1, 6)
    zip_code = torch.randint(1, 10, (m,), generator=dice).double()
    wealth = 20 + 100 * torch.rand(m, generator=dice, dtype=torch.float64)
    noise = NOISE * torch.randn(1, m, generator=dice, dtype=torch.float64)
    X = torch.stack([size, bedrooms, zip_code, wealth])  # (4, m)
    expected = expected_price(X)
    return Houses(X.to(dtype), concepts(X).to(dtype), (expected + noise).to(dtype), expected.to(dtype))
