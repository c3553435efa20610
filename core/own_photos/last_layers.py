"""The network on patches is taught a person's own photos: its last layers learn, its patterns stay.

    ā    what the patches of a photo excite on average (core.patches), once:   X = [ā^(1) … ā^(m)]  (192, m)
    ŷ = σ(W[8] relu(W[7] ā + b[7]) + b[8])      64 · 192 + 64 + 3 · 64 + 3 = 12,547 parameters descend
    y    the label of a photo of one's own; of a rendered one ŷ before the first step, where ∂L/∂z = ŷ − y = 0

This is transfer learning. The layers on patches know stitches, pentagons and leather from very many photos; a
few of one's own could only spoil that. How much of which pattern makes which ball is little to learn, and
takes about a second.
As in core.own_photos.own_examples every photo comes with its mirror image. One's own are repeated until they
are as many as the rendered ones beside them, of which the answers are to stay as they are: of these alone it
would learn nothing, so what changes is what one's own photos change. Photos are learned from as a whole;
those held back are asked about as any photo is, with a closer look (core.closer_look).
Source: lecture, sections 4 and 7: the last layers are a network of their own, whose x the first ones make; to
have a network keep its own answers beside what is new: Li and Hoiem, "Learning without Forgetting" (2016).
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.closer_look import SIDES, Views, combined, excited_by_looks, logits_of_looks, views
from core.confusion import confusion_matrix
from core.descent import Descent
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network
from core.optimisers import falling
from core.own_photos.before_after import Counts, Standing, by_class
from core.own_photos.own_examples import OwnExamples
from core.own_photos.own_photo import OwnPhoto
from core.patches import above, below
from core.photos import Photo
from core.processor.parallel import blocks

STEPS, BATCH = 240, 64
RATE = 1e-3
CHUNK = 16  # photos that are looked at between two words of progress


@dataclass(frozen=True)
class Seen:
    """Photos as the last layers see them: ā of each look at each, the whole first (core.closer_look).

    Shapes: A (k, m, looks), 1 look or all of them; Y (3, m).
    """

    A: Tensor
    Y: Tensor


@dataclass(frozen=True)
class Looking:
    """How many of a person's photos the layers on patches have looked at."""

    done: int
    count: int


@dataclass(frozen=True)
class Lesson:
    """Where it is: J of the last batch; what was right before the first step and is now; the network now.

    held_back: of how many of one's own photos `before` and `now` tell; without any their `own` is ().
    """

    step: int
    steps: int
    cost: float | None
    before: Standing
    now: Standing
    held_back: int
    network: Network

    @property
    def done(self) -> bool:
        return self.step == self.steps


def whole(pixels: Tensor) -> Iterator[Views]:
    """Photos as they are learned from, a few at a time. Shapes: (m, 64, 64, 3) uint8, m ≥ 1."""
    return ((part,) for part in pixels.split(CHUNK))


def closely(photos: Sequence[Photo | OwnPhoto]) -> Iterator[Views]:
    """Photos as they are asked about, a few at a time, for they take room with all these pixels."""
    return (views([photo.crops(SIDES) for photo in some]) for some in blocks(photos, CHUNK))


def look(network: Network, photos: Iterable[Views], Y: Tensor) -> Iterator[Looking | Seen]:
    """Look at photos, `whole` or `closely`; what comes last is what was seen. Shapes: Y (3, m)."""
    parts = list[Tensor]()
    for part in photos:
        parts.append(excited_by_looks(network, part).cpu())
        yield Looking(sum(A.shape[1] for A in parts), Y.shape[1])
    nothing = torch.empty(below(network).sizes[-1], 0, 1)
    yield Seen(torch.cat(parts or [nothing], dim=1), Y)


def teach(
    network: Network,
    own: OwnExamples,
    held_back: Sequence[Photo | OwnPhoto],
    rendered: Seen,
    test: Seen,
) -> Iterator[Looking | Lesson]:
    """Learn from these photos beside the rendered ones; the same again gives the same weights.

    held_back: those of one's own, with as many pixels as they have; rendered: seen as a whole, whose labels
    are not asked; test: rendered photos seen closely, to tell what it forgets.
    Errors: DivergedError.
    """
    p, m = own.count, rendered.A.shape[1]
    both, labels = own.with_mirror_images()
    count = len(both) + own.held_count
    learned = yield from _looked_at(network, whole(both), labels, 0, count)
    held = yield from _looked_at(network, closely(held_back), own.held_Y, len(both), count)

    last = above(network)
    kept = BINARY_CROSS_ENTROPY.activation(logits_of_looks(last, rendered.A)[..., 0])  # ŷ as it is now
    descent = Descent(
        last,
        torch.cat([rendered.A, learned.A], dim=1)[..., 0],
        torch.cat([kept, learned.Y], dim=1),
        loss=BINARY_CROSS_ENTROPY,
        learning_rate=RATE,
        batch_size=BATCH,
        optimiser="adam",
    )
    descent.which = torch.cat([torch.arange(m), m + torch.arange(max(m, 2 * p)) % (2 * p)])
    before = now = _measured(descent.network, 0, held, test)
    for step in range(STEPS + 1):
        cost = None
        if step:
            descent.learning_rate = falling(RATE, step - 1, STEPS)
            cost = descent.step()
        if step % 10 == 0:
            now = _measured(descent.network, step, held, test)
            taught = Network(below(network).layers + descent.network.layers)
            yield Lesson(step, STEPS, cost, before, now, held.A.shape[1], taught)


def _looked_at(
    network: Network, photos: Iterable[Views], Y: Tensor, before: int, count: int
) -> Generator[Looking, None, Seen]:
    """As `look`, told as a part of `count` photos, `before` of which have been looked at."""
    for told in look(network, photos, Y):
        if isinstance(told, Looking):
            yield Looking(before + told.done, count)
    assert isinstance(told, Seen)
    return told


def _measured(last: Network, step: int, held: Seen, test: Seen) -> Standing:
    """A photo is right where every answer is: ŷ_k > ½ exactly for the balls in it."""
    return Standing(step, own=_right(last, held)[1], rendered=_right(last, test)[0])


def _right(last: Network, photos: Seen) -> tuple[tuple[int, int], Counts]:
    """Right, of how many: together, and for each of CLASSES. Nothing of no photos."""
    if not photos.A.shape[1]:
        return (0, 0), ()
    found = confusion_matrix(combined(logits_of_looks(last, photos.A)), photos.Y, BINARY_CROSS_ENTROPY)
    return (int(found.right.sum()), len(found.right)), by_class(found.truth, found.right)
