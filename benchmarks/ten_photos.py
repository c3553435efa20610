"""What ten photos a class of one's own balls bring: right before, and after learning with them and without.

Each of many people has one soccer ball, one basketball and one baseball, rendered again and again in other
poses, places, scenes and light (`Recipe.ball`), and photos without them. Of ten a class seven are learned
from, as on the page, where three are held back; three are too few to tell much, so 30 others a class are
measured on here. *Which* is the share of the photos with a ball where the largest output is that ball's,
*all* the share of all photos where every answer is right.

    patches         its last layers, as “Teach it” does, for 60 people
    64-32           Live training from the weights that ship, half of the examples one's own, for 20 of them
    head from zero  the same from W = 0, where all outputs tie before

All other settings are the page's first ones. In Live training going on changes a network by itself, so what
one's own photos bring is told against as many steps on the rendered photos alone, too. “Teach it” keeps the
network's own answers to rendered photos, so of these alone it learns nothing.

`--photos FOLDER` (soccer/, basketball/, baseball/, none/) tells what “Teach it” does to the photos of other
balls than it is taught: drawn ten times, ten of the folder's photos a class are learned from, all others
measured on. Nobody's ball is in many of them, so no gain is to be expected; the question is what is lost.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from statistics import mean, stdev

import torch
from torch import Tensor

from benchmarks.turns import heading
from core.balls import KINDS, MIXED, TEST_SEED, TRAIN_SEED, Photos, Recipe, dataset, render
from core.closer_look import combined, logits_of_looks
from core.judging import judge_pixels
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.network import Network
from core.own_photos.last_layers import Lesson, Seen, closely, look, teach, whole
from core.own_photos.own_examples import OwnExamples
from core.patch_training import ANY_NUMBER
from core.patches import above
from core.photo_folder.accuracy import Measured, Tally
from core.photo_folder.folder import PhotoFolder, list_photos
from core.photos import read_photo
from core.weights import load_model

PEOPLE, AT_THE_RUN, LEARNED, MEASURED = 60, 20, 7, 30
STEPS, OWN_SHARE = 500, 0.5
RENDERED, BESIDE = 4096, 1024  # photos of Live training; beside one's own where the last layers learn
NOTHING = Recipe(none=1, one=0, two=0, three=0)
STUDENT_T = {PEOPLE: 2.00, AT_THE_RUN: 2.09}  # 95 % of so many people
TEN, DRAWS = 10, 10
UNSURE = 0.9  # who had less right before is told apart

Right = tuple[float, float]  # which, all
Person = tuple[OwnExamples, Photos]


def main(photos: Path | None = None) -> None:
    """Print before and after of each network, the mean over the people and of how many it is better.

    Errors: PhotoFolderError, PhotoError.
    """
    folder = None if photos is None else list_photos(photos)  # what is wrong with it is told at once
    people = [_photos_of(person) for person in range(PEOPLE)]
    heading(f"{LEARNED} photos a class learned from, {MEASURED} others a class measured on")
    patches = load_model("patches")
    beside = _seen(patches, dataset(TRAIN_SEED, BESIDE, ANY_NUMBER))
    _compare("patches, the last layers", lambda own: (patches, _taught(patches, own, beside)), people)

    train, test = dataset(TRAIN_SEED, RENDERED, MIXED), dataset(TEST_SEED, 64, MIXED)

    def live(own: OwnExamples | None, init: str) -> tuple[Network, Network]:
        run = Run(Settings(init=init, own=OWN_SHARE if own else 0.0), train, test, own=own)
        start = run.lanes[0].network
        for _ in range(STEPS):
            run.step()
        return start, run.lanes[0].network

    alone = cache(lambda init: live(None, init))
    for what, init in (("64-32", "network"), ("head from zero", "zeros")):
        _compare(
            f"{what}, {STEPS} steps",
            lambda own, init=init: (*alone(init), live(own, init)[1]),
            people[:AT_THE_RUN],
        )
    if folder is not None:
        _other_balls(patches, beside, folder)


def _other_balls(patches: Network, beside: Seen, folder: PhotoFolder) -> None:
    """What is lost, and won, on photos of other balls than it is taught."""
    Y = folder.Y(torch.arange(len(folder)))
    brought = [read_photo(folder.path(i).read_bytes()) for i in range(len(folder))]
    pixels = torch.stack([torch.from_numpy(photo.crop()) for photo in brought])
    *_, seen = look(patches, closely(brought), Y)
    assert isinstance(seen, Seen)
    rows = torch.cat([torch.eye(len(KINDS)), torch.zeros(1, len(KINDS))])  # one of each ball, and none
    classes = [torch.nonzero((row == Y.T).all(dim=1))[:, 0] for row in rows]

    heading(f"of {len(folder)} photos of many balls {TEN} a class learned from, the others measured on")
    found = []
    for draw in range(DRAWS):
        dice = torch.Generator().manual_seed(draw)
        learned = torch.cat([some[torch.randperm(len(some), generator=dice)[:TEN]] for some in classes])
        others = torch.ones(len(folder), dtype=torch.bool)
        others[learned] = False
        own = OwnExamples(pixels[learned], Y[:, learned], pixels[:0], Y[:, :0])
        two = patches, _taught(patches, own, beside)
        found.append([_measured(network, seen.A[:, others], Y[:, others]) for network in two])
    for i, name in enumerate(("which", "any", "a ball found", "none found")):
        before, after = (mean(both[when][i] for both in found) for when in (0, 1))
        print(f"{name:16s}{before:6.1%} before, {after:6.1%} taught, mean of {DRAWS} draws", flush=True)


def _measured(network: Network, A: Tensor, Y: Tensor) -> tuple[float, ...]:
    """Which; is there any, balanced, and its halves. Shapes: A (k, m, looks), Y (3, m)."""
    Z = combined(logits_of_looks(above(network), A))
    right = Measured.of(Tally.of(network.layers[-1].activation(Z), Y))
    shares = (right.which, right.any_ball, right.with_a_ball, right.with_none)
    return tuple(math.nan if share is None else share.value for share in shares)


def _taught(patches: Network, own: OwnExamples, beside: Seen) -> Network:
    *_, last = teach(patches, own, (), beside, Seen(beside.A[:, :0], beside.Y[:, :0]))
    assert isinstance(last, Lesson)
    return last.network


def _photos_of(person: int) -> Person:
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


def _seen(patches: Network, photos: Photos) -> Seen:
    """What the layers on patches see of rendered photos."""
    *_, seen = look(patches, whole(photos.pixels), photos.Y)
    assert isinstance(seen, Seen)
    return seen


def _right(network: Network, photos: Photos) -> Right:
    ŷ, Y = judge_pixels(network, photos.pixels), photos.Y
    ball = Y.sum(dim=0) > 0
    which = (ŷ.argmax(dim=0) == Y.argmax(dim=0))[ball]
    return float(which.float().mean()), float(((ŷ > 0.5) == (Y > 0.5)).all(dim=0).float().mean())


def _compare(what: str, learn: Callable[[OwnExamples], Sequence[Network]], people: Sequence[Person]) -> None:
    """The means of the networks that `learn` names, and what the last of them gains on either other.

    These are the network before, what it is without one's own photos, if that is another, and with them.
    """
    found = [[_right(network, photos) for network in learn(own)] for own, photos in people]
    names = ("before", "without them", "with them") if len(found[0]) == 3 else ("before", "with them")
    for share, name in enumerate(("which", "all")):
        columns = [[right[share] for right in column] for column in zip(*found, strict=True)]
        means = ", ".join(f"{mean(of):6.1%} {told}" for of, told in zip(columns, names, strict=True))
        print(f"{what + ': ' + name:32s}{means}, {len(people)} people")
        for told, column in zip(names[:-1], columns[:-1], strict=True):
            gains = [after - before for before, after in zip(column, columns[-1], strict=True)]
            half = STUDENT_T[len(gains)] * stdev(gains) / len(gains) ** 0.5
            low, high = 100 * (mean(gains) - half), 100 * (mean(gains) + half)
            better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
            print(
                f"{'':32s}against {told}: {100 * mean(gains):+5.1f} points [{low:+.1f}, {high:+.1f}], "
                f"better for {better}, worse for {worse}",
                flush=True,
            )
        before, after = columns[0], columns[-1]
        low = [i for i, right in enumerate(before) if right < UNSURE]
        if 0 < len(low) < len(before):
            least = [mean(column[i] for i in low) for column in (before, after)]
            print(
                f"{'':32s}the {len(low)} who had less than {UNSURE:.0%}: {least[0]:.1%}, then {least[1]:.1%}"
            )


if __name__ == "__main__":
    main()
