"""The three steps of training, run in place: initialise, descend, predict.

    w = 0, b = 0   →   w := w − α ∂J/∂w,  b := b − α ∂J/∂b   →   ŷ = σ(wx + b)

`three_steps` is the work of a thread (ui.jobs); `show` paints its latest snapshot in one component that keeps
its canvas, so that w is seen forming without flicker. It would be over in half a second: so it has the slow
start of a live run, and rests between two snapshots.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.balls import Photos
from core.descent import Descent
from core.heads import goal1, predict
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network
from ui.components import load
from ui.live_training.pace import BEAT, steps_of
from ui.numbers import percent
from ui.packing import pack
from ui.pictures import largest
from ui.renderings import Rendering, Waiting, rendered

BATCH = 256


@dataclass(frozen=True)
class OnUnseen:
    """How the trained w did on `photos` that it never saw: `right` of them; `without` show no soccer ball."""

    photos: int
    right: int
    without: int


@dataclass(frozen=True)
class Snapshot:
    """The run after len(costs) of its `total` steps. test: at its end."""

    network: Network
    costs: NDArray[np.float32]
    total: int
    test: OnUnseen | None = None


def three_steps(
    rendering: Rendering, unseen: int, learning_rate: float, steps: int, rest: Callable[[float], None]
) -> Iterator[Waiting | Snapshot]:
    """Plain mini-batch descent from w = 0 on Goal 1's question, then the test on photos that it never saw.

    The last `unseen` of the photos are for the test. rest(seconds): after each snapshot.
    Errors: DivergedError where the learning rate is too large.
    """
    yield from rendered(rendering)
    photos, costs = rendering.wait(0), np.zeros(steps, np.float32)
    training = Photos(photos.pixels[:-unseen], photos.Y[:, :-unseen])
    test = Photos(photos.pixels[-unseen:], photos.Y[:, -unseen:])
    descent = Descent(
        goal1(), training.pixels, training.Y[:1],
        loss=BINARY_CROSS_ENTROPY, learning_rate=learning_rate, batch_size=min(BATCH, len(training)),
    )  # fmt: skip
    taken = 0
    for beat in count():
        for _ in range(min(steps_of(beat), steps - taken)):
            costs[taken] = descent.step()
            taken += 1
        yield Snapshot(descent.network, costs[:taken], steps)
        if taken == steps:
            break
        rest(BEAT)
    said = predict(descent.network, test.pixels) > 0.5  # (1, m)
    true = test.Y[:1] > 0.5
    counted = OnUnseen(len(test), right=int((said == true).sum()), without=int((~true).sum()))
    yield Snapshot(descent.network, costs, steps, test=counted)


_steps = load("unpack", "elements", "numbers", "pictures", "activations", "one_ball/descent")


def show(
    key: str,
    latest: Waiting | Snapshot | None,
    steps: int,
    photo: NDArray[np.uint8],
    caption: str,
    judged: dict[str, Any] | None,
) -> None:
    """Paint the run so far; None before the first. `judged`: core's sums for the photo once w is trained."""
    waiting = latest if isinstance(latest, Waiting) else None
    snapshot = latest if isinstance(latest, Snapshot) else None
    network = goal1() if snapshot is None else snapshot.network
    w = network.layers[0].W.reshape(-1).cpu().numpy()
    done = snapshot is not None and snapshot.test is not None
    verdict = "the chosen photo, and photos that the training never saw"
    if snapshot is not None and snapshot.test is not None:
        test = snapshot.test
        same = max(("no", test.without), ("yes", test.photos - test.without), key=lambda one: one[1])
        verdict = (
            f"right on {percent(test.right / test.photos)} of {test.photos} photos that the training never "
            f"saw (always “{same[0]}”: {percent(same[1] / test.photos)})"
        )
    header = {
        "waiting": waiting and f"rendering photos: {waiting.done:,} of {waiting.count:,}",
        "share": waiting.done / waiting.count if waiting else 1.0,
        "phase": "ready" if latest is None else "done" if done else "running",
        "total": steps if snapshot is None else snapshot.total,
        "scale": largest(w),
        "caption": caption,
        "z": judged["z"] if judged else None,
        "y_hat": judged["y_hat"] if judged else None,
        "verdict": verdict,
    }
    costs = np.zeros(0, np.float32) if snapshot is None else snapshot.costs
    _steps(key=key, data=pack(header, {"costs": costs, "w": w, "photo": photo}))
