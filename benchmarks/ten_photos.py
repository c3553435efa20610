"""What ten photos a class of one's own balls bring: right before and after, of photos not learned from.

Each of twenty people has one soccer ball, one basketball and one baseball, rendered again and again in other
poses, places, scenes and light (`Recipe.ball`), and photos without them. Of ten a class seven are learned
from, as on the page, where three are held back; three are too few to tell much, so 30 others a class are
measured on here. *Which* is the share of the photos with a ball where the largest output is that ball's,
*all* the share of all photos where every answer is right.

    64-32           Live training from the weights that ship, half of the examples one's own
    head from zero  the same from W = 0; before: as many steps on rendered photos alone
    patches         its last layers, as “Teach it” does

All other settings are the page's first ones.
"""

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


def main() -> None:
    """Print before and after of each network, the mean over the people and of how many it is better."""
    train, test = dataset(TRAIN_SEED, RENDERED, MIXED), dataset(TEST_SEED, 64, MIXED)
    beside = _seen(dataset(TRAIN_SEED, BESIDE, ANY_NUMBER))
    people = [_photos_of(person) for person in range(PEOPLE)]

    def live(own: OwnExamples, init: str, share: float) -> tuple[Network, Network]:
        run = Run(Settings(init=init, own=share), train, test, own=own)
        start = run.lanes[0].network
        for _ in range(STEPS):
            run.step()
        return start, run.lanes[0].network

    def from_zero(own: OwnExamples) -> tuple[Network, Network]:
        return live(own, "zeros", 0.0)[1], live(own, "zeros", OWN_SHARE)[1]

    def taught(own: OwnExamples) -> tuple[Network, Network]:
        patches = load_model("patches")
        nothing = Seen(beside.A[:, :0], beside.Y[:, :0])
        *_, last = teach(patches, own, (), beside, nothing)
        assert isinstance(last, Lesson)
        return patches, last.network

    heading(f"{PEOPLE} people, {LEARNED} photos a class learned from, {MEASURED} others a class measured on")
    for what, learn in (
        (f"64-32, {STEPS} steps", lambda own: live(own, "network", OWN_SHARE)),
        (f"head from zero, {STEPS} steps", from_zero),
        ("patches, the last layers", taught),
    ):
        pairs = []
        for own, photos in people:
            before, after = learn(own)
            pairs.append((_right(before, photos), _right(after, photos)))
        for share, name in enumerate(("which", "all")):
            _say(f"{what}: {name}", [(before[share], after[share]) for before, after in pairs])


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


def _say(what: str, pairs: list[tuple[float, float]]) -> None:
    """Mean before and after, the mean gain with its 95 % interval, and of how many people it is a gain."""
    gains = [after - before for before, after in pairs]
    half = STUDENT_T * stdev(gains) / len(gains) ** 0.5
    before, after = (mean(one) for one in zip(*pairs, strict=True))
    better = sum(gain > 0 for gain in gains)
    low, high = 100 * (mean(gains) - half), 100 * (mean(gains) + half)
    print(
        f"{what:36s}{before:7.1%} → {after:6.1%}   gain {100 * mean(gains):+5.1f} points "
        f"[{low:+.1f}, {high:+.1f}]   better for {better} of {len(gains)}",
        flush=True,
    )


if __name__ == "__main__":
    main()
