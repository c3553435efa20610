"""What a run gets wrong, in numbers: a confusion table for each of its lanes, and what each loss makes of no
ball, one, two and three.

They reach the browser twice: with the components of ui.live_training.confusion whenever the page runs, and
in a frame of ui.live_training.watching once the run has been judged anew. What was read later counts.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.activations import SOFTMAX
from core.confusion import Confusion
from core.live_run import LANES
from core.live_run.judgement import Judgement

TITLES = {
    "binary": "Goal 2’s loss (binary cross-entropy)",
    "softmax": "Goal 3’s loss (softmax cross-entropy)",
    "tangled": "tangled pairing",
    "squared": "squared error",
}


@dataclass(frozen=True)
class Mistakes:
    """at: when it was read, in seconds since the epoch. lanes: the table of each, in their order."""

    at: float
    lanes: tuple[Confusion, ...]

    @classmethod
    def of(cls, judgements: Sequence[Judgement]) -> "Mistakes":
        """As the run stands now; to be asked while it is held."""
        return cls(time.time(), tuple(one.confusion for one in judgements))

    def tables(self) -> dict[str, Any]:
        """What the tables' component shows of each lane."""
        lanes = [
            _named(i, found)
            | {
                "counts": found.counts.flatten().tolist(),
                "right": found.right_counts.diagonal().tolist(),
                "recall": [_number(v) for v in found.recall.tolist()],
                "precision": [_number(v) for v in found.precision.tolist()],
                "accuracy": _number(found.accuracy),
                "named": _number(found.named),
            }
            for i, found in enumerate(self.lanes)
        ]
        return {"at": self.at, "lanes": lanes}

    def by_number(self) -> dict[str, Any]:
        """What the component below the tables shows of each lane: the photos with 0, 1, 2 and 3 balls."""
        lanes = [
            _named(i, found)
            | {
                "coupled": found.loss.activation is SOFTMAX,
                "groups": [
                    {
                        "right": _number(group.right),
                        "outputs": [_number(v) for v in group.outputs.tolist()],
                        "cost": _number(group.cost),
                    }
                    for group in found.by_number
                ],
            }
            for i, found in enumerate(self.lanes)
        ]
        return {"at": self.at, "lanes": lanes}


def _named(lane: int, found: Confusion) -> dict[str, str]:
    return {"letter": LANES[lane], "title": TITLES.get(found.loss.name, found.loss.name)}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
