"""What learning from one's own photos has changed: right of how many, before and after, class by class.

    one ball            right where its output is the largest; a tie names nothing
    two or more, none   right where every answer is: ŷ_k > ½ exactly for the balls in the photo

The largest output means the same for every loss, ½ does not: softmax has no right answer for two balls.
Before: the last time that the run was looked at before it learned from these photos. The photos counted
are few, so every share comes with its 95 % interval (core.intervals), and none of them has been learned from.
"""

import copy
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.columns import PhotoColumns
from core.confusion import CLASSES, MANY, Confusion, bounded, confusion_matrix
from core.descent import Descent
from core.intervals import Estimate, wilson
from core.losses import Loss
from core.network import Network, propagate
from core.own_photos.own_examples import OwnExamples
from core.scores import named

if TYPE_CHECKING:
    from core.live_run.judgement import Judgement

Counts = tuple[tuple[int, int], ...]  # for each of CLASSES: right, of how many


@dataclass(frozen=True)
class Standing:
    """One network at one step. own: of a person's photos held back; rendered: (right, of) of rendered ones.

    In a live run these are the test photos with one ball. Whoever counts decides what is right.
    names: whether it names anything yet; at W = 0 all outputs tie, which is not the same as being wrong.
    """

    step: int
    own: Counts
    rendered: tuple[int, int]
    names: bool = True


@dataclass(frozen=True)
class Change:
    """One row: the same photos before and after. what: one of CLASSES, "one" (any one ball) or "rendered".

    named: whether anything was named, before and now; photos with no ball or several have their own answer.
    """

    what: str
    before: Estimate
    now: Estimate
    named: tuple[bool, bool] = (True, True)


@dataclass(frozen=True)
class _Beginning:
    """A lane when it was last looked at before it learned from own photos: other photos may be brought later,
    and be measured as it was then. rendered, names: as in `Standing`.
    """

    step: int
    network: Network
    loss: Loss
    rendered: tuple[int, int]
    names: bool

    def standing(self, X: PhotoColumns, Y: Tensor) -> Standing:
        """Measured on these photos."""
        own = right_by_class(bounded(propagate(self.network, X).Z[-1]), Y, self.loss)
        return Standing(self.step, own, self.rendered, self.names)


class BeforeAfter:
    """See the module's text.

    before, now: a `Standing` for each lane, none without photos held back. held_back: X (n, h), Y (3, h).
    left_out: how many more would be held back, had they not been learned from before.
    begun_with: of those to learn from, how many the weights at step 0 have learned from already.
    lesson: how many of a person's photos the last step has learned from, and their OwnExamples.lesson.
    """

    def __init__(self, own: OwnExamples | None, known: frozenset[bytes] = frozenset()) -> None:
        """known: names of photos that the weights at step 0 have learned from already."""
        self.left_out = self.begun_with = 0
        self.lesson = 0, b""
        self.before: tuple[Standing, ...] = ()
        self.now: tuple[Standing, ...] = ()
        self.held_back: tuple[PhotoColumns, Tensor] | None = None
        self._began: tuple[_Beginning, ...] = ()
        self._from: OwnExamples | None = None  # whose names are noted: not to be found anew at every step
        self._known, self._learned = known, frozenset[bytes]()  # learned from before step 0, and since
        self.bring(own)

    @property
    def learned(self) -> bool:
        """Whether anything was learned from a person's own photos."""
        return bool(self._learned)

    def bring(self, own: OwnExamples | None) -> None:
        """Measure on the photos that these hold back; those that were learned from before are left out."""
        self.held_back, self.before, self.now, self.left_out = None, (), (), 0
        self.begun_with = 0
        self._from = None  # of those that were there before nothing stays but their names
        if own is None:
            return
        if self._known:
            self.begun_with = len(self._known.intersection(names_of(own.pixels)))
        old = self._known | self._learned
        new = [i for i, name in enumerate(names_of(own.held_pixels)) if name not in old]
        self.left_out = own.held_count - len(new)
        if new:
            self.held_back = PhotoColumns(own.held_pixels[new]), own.held_Y[:, new]
            X, Y = self.held_back
            self.before = tuple(lane.standing(X, Y) for lane in self._began)

    def learn(self, own: OwnExamples | None) -> None:
        """Note that a step has learned from these: what was measured last is “before” from now on. Or that it
        has learned from none.
        """
        if own is None:
            self._from, self.lesson = None, (0, b"")
        elif own is not self._from:
            self._from = own
            self.lesson = own.count, own.lesson
            self._learned |= frozenset(names_of(own.pixels))

    def look(self, step: int, lanes: Sequence[Descent], judgements: "Sequence[Judgement]") -> None:
        """Take what was measured of every lane after `step` steps."""
        rendered = [_named(one.confusion) for one in judgements]
        named_any = [not math.isnan(one.confusion.named) for one in judgements]
        self.now = tuple(
            Standing(step, one.own, there, names)
            for one, there, names in zip(judgements, rendered, named_any, strict=True)
            if one.own is not None
        )
        if not self.learned:
            self.before = self.now
            self._began = tuple(
                _Beginning(step, lane.network, lane.loss, there, names)
                for lane, there, names in zip(lanes, rendered, named_any, strict=True)
            )

    def copy(self) -> "BeforeAfter":
        """The same for a run that goes its own way; nothing in it is changed in place."""
        return copy.copy(self)


def right_by_class(Z: Tensor, Y: Tensor, loss: Loss) -> Counts:
    """Right, of how many, for each of CLASSES. Shapes: logits Z, labels Y (3, m), m ≥ 1."""
    found = confusion_matrix(Z, Y, loss)
    return by_class(found.truth, torch.where(found.truth < MANY, named(found.Z, found.Y), found.right))


def by_class(truth: Tensor, right: Tensor) -> Counts:
    """Right, of how many, for each of CLASSES. Shapes: truth, places in CLASSES, and right (m,)."""
    return tuple((int(right[truth == row].sum()), int((truth == row).sum())) for row in range(len(CLASSES)))


def changes(before: Standing, now: Standing) -> tuple[Change, ...]:
    """A row for each class that has photos, one for all photos with one ball, one for the rendered ones."""
    pairs = [
        (name, old, new) for name, old, new in zip(CLASSES, before.own, now.own, strict=True) if new[1] > 0
    ]
    one_old, one_new = _together(before.own[:MANY]), _together(now.own[:MANY])
    if one_new[1] > 0:
        pairs.append(("one", one_old, one_new))
    pairs.append(("rendered", before.rendered, now.rendered))
    both = before.names, now.names
    return tuple(
        # Whether there is no ball, or more than one, does not rest on the largest output.
        Change(name, wilson(*old), wilson(*new), (True, True) if name in CLASSES[MANY:] else both)
        for name, old, new in pairs
    )


def _together(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(right for right, _ in counts), sum(of for _, of in counts)


def _named(found: Confusion) -> tuple[int, int]:
    of = found.by_number[1].photos
    return (0 if math.isnan(found.named) else round(found.named * of)), of


def names_of(pixels: Tensor) -> list[bytes]:
    """A name for each photo, by its pixels. Shapes: (m, 64, 64, 3) → m names."""
    return [hashlib.sha256(photo.tobytes()).digest() for photo in pixels.cpu().numpy()]
