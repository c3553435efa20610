"""What ten photos a class of one's own balls bring: right before, and after learning with them and without.

Each of twenty people has one soccer ball, one basketball and one baseball, rendered again and again in other
poses, places, scenes and light (`Recipe.ball`), and photos without them. Of ten a class seven are learned
from, as on the page, where three are held back; three are too few to tell much, so 30 others a class are
measured on here. *Which* is the share of the photos with a ball where the largest output is that ball's,
*all* the share of all photos where every answer is right.

    64-32           Live training from the weights that ship, half of the examples one's own
    head from zero  the same from W = 0, where all outputs tie before
    patches         its last layers, as “Teach it” does

All other settings are the page's first ones. Going on learning changes a network by itself, so what one's
own photos bring is told against as many steps on the rendered photos alone, too.
"""

from functools import cache
from statistics import mean, stdev

import torch
from torch import Tensor

from benchmarks.turns import heading
from core.balls import KINDS, MIXED, TEST_SEED, TRAIN_SEED, Photos, Recipe, dataset, render
from core.judging import judge_pixels
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.network import Network
from core.own_photos.last_layers import Lesson, Seen, look, teach, whole
from core.own_photos.own_examples import OwnExamples
from core.patch_training import ANY_NUMBER
from core.weights import load_model

PEOPLE, LEARNED, MEASURED = 20, 7, 30
STEPS, OWN_SHARE = 500, 0.5
RENDERED, BESIDE = 4096, 1024  # photos of Live training; beside one's own where the last layers learn
NOTHING = Recipe(none=1, one=0, two=0, three=0)
STUDENT_T = 2.09  # 95 % of 19 degrees of freedom

Right = tuple[float, float]  # which, all
Learned = tuple[Network, Network, Network]  # before; after, without one's own photos and with them


def main() -> None:
    """Print before and after of each network, the mean over the people and of how many it is better."""
    train, test = dataset(TRAIN_SEED, RENDERED, MIXED), dataset(TEST_SEED, 64, MIXED)
    beside = _seen(dataset(TRAIN_SEED, BESIDE, ANY_NUMBER))
    people = [_photos_of(person) for person in range(PEOPLE)]

    @cache
    def alone(init: str) -> tuple[Network, Network]:
        return live(None, init)

    def live(own: OwnExamples | None, init: str) -> tuple[Network, Network]:
        run = Run(Settings(init=init, own=OWN_SHARE if own else 0.0), train, test, own=own)
        start = run.lanes[0].network
        for _ in range(STEPS):
            run.step()
        return start, run.lanes[0].network

    def trained(own: OwnExamples, init: str) -> Learned:
        return *alone(init), live(own, init)[1]

    patches, nothing = load_model("patches"), Seen(beside.A[:, :0], beside.Y[:, :0])

    def taught(own: OwnExamples) -> Network:
        *_, last = teach(patches, own, (), beside, nothing)
        assert isinstance(last, Lesson)
        return last.network

    # A lesson always has photos of one's own; here the rendered ones stand in for them.
    first = dataset(TRAIN_SEED, BESIDE, ANY_NUMBER)
    taught_alone = taught(OwnExamples(first.pixels, first.Y, first.pixels[:0], first.Y[:, :0]))

    heading(f"{PEOPLE} people, {LEARNED} photos a class learned from, {MEASURED} others a class measured on")
    for what, learn in (
        (f"64-32, {STEPS} steps", lambda own: trained(own, "network")),
        (f"head from zero, {STEPS} steps", lambda own: trained(own, "zeros")),
        ("patches, the last layers", lambda own: (patches, taught_alone, taught(own))),
    ):
        found = [[_right(network, photos) for network in learn(own)] for own, photos in people]
        for share, name in enumerate(("which", "all")):
            _say(f"{what}: {name}", [[right[share] for right in of] for of in found])


def _photos_of(person: int) -> tuple[OwnExamples, Photos]:
    """A person's photos: to learn from, and further ones of the same balls to measure on."""
    rows, m = torch.eye(len(KINDS)).tolist(), LEARNED + MEASURED
    recipes = [
        *(Recipe(none=0, one=1, two=0, three=0, weights=tuple(row), ball=person) for row in rows),
        NOTHING,
    ]
    classes = [render(TEST_SEED + 1 + person, range(i * m, (i + 1) * m), r) for i, r in enumerate(recipes)]

    def part(some: slice) -> tuple[Tensor, Tensor]:
        pixels = torch.cat([photos.pixels[some] for photos in classes])
        return pixels, torch.cat([photos.Y[:, some] for photos in classes], dim=1)

    learned, others = part(slice(LEARNED)), part(slice(LEARNED, None))
    nothing = learned[0][:0], learned[1][:, :0]
    return OwnExamples(*learned, *nothing), Photos(*others)


def _seen(photos: Photos) -> Seen:
    """What the layers on patches see of rendered photos."""
    *_, seen = look(load_model("patches"), whole(photos.pixels), photos.Y)
    assert isinstance(seen, Seen)
    return seen


def _right(network: Network, photos: Photos) -> Right:
    ŷ, Y = judge_pixels(network, photos.pixels), photos.Y
    ball = Y.sum(dim=0) > 0
    which = (ŷ.argmax(dim=0) == Y.argmax(dim=0))[ball]
    return float(which.float().mean()), float(((ŷ > 0.5) == (Y > 0.5)).all(dim=0).float().mean())


def _say(what: str, found: list[list[float]]) -> None:
    """The means before, without one's own photos and with them, and what these gain on either."""
    before, without, own = (mean(column) for column in zip(*found, strict=True))
    print(f"{what:32s}{before:6.1%} before, {without:6.1%} without them, {own:6.1%} with them")
    for name, column in (("before", 0), ("without them", 1)):
        gains = [right[2] - right[column] for right in found]
        half = STUDENT_T * stdev(gains) / len(gains) ** 0.5
        low, high = 100 * (mean(gains) - half), 100 * (mean(gains) + half)
        better = sum(gain > 0 for gain in gains)
        print(
            f"{'':32s}against {name}: {100 * mean(gains):+5.1f} points [{low:+.1f}, {high:+.1f}], "
            f"better for {better} of {len(gains)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
