"""What was changed on a run's way: settings by the step after which they held, and the events that tell it.

Between two steps several changes are one, or none. A lesson has a few dozen of them; somebody who drags
sliders all day makes more than are kept, and those that held for the fewest steps go first.
"""

from typing import Any

from core.live_run.events import Event
from core.live_run.settings import Settings, spell
from core.written import as_written

Changes = list[tuple[int, Settings]]  # after so many steps, what then held

EVENT_OF = {  # setting → the kind of its event and the sign that people know it by
    "learning_rate": ("rate", "α"),
    "batch_size": ("batch", "batch"),
    "l2": ("l2", "λ"),
    "optimiser": ("optimiser", "optimiser"),
    "two": ("photos", "two balls"),
    "none": ("photos", "no ball"),
    "own": ("photos", "share of your photos"),
}

WRITTEN = ("learning_rate", "batch_size", "l2")  # as their sliders have them: 0.00001, 1,024


def noted(changes: Changes, step: int, settings: Settings, most: int) -> tuple[Changes, int]:
    """The changes with this one, at most `most` of them, and how many had to go for that.

    changes: the first of them after 0 steps; step: 1, 2, …, not before theirs; most: 2 or more.
    """
    new = list(changes)
    if new[-1][0] == step:
        new.pop()
    if settings != new[-1][1]:
        new.append((step, settings))
    if len(new) <= most:
        return new, 0
    ends = [since for since, _ in new[2:]]
    held = [end - since for (since, _), end in zip(new[1:-1], ends, strict=True)]
    new.pop(1 + held.index(min(held)))
    return new, 1


def means_another_cost(changes: Changes, step: int) -> bool:
    """Whether J is another quantity from this step on: of another loss, or with another λ."""
    if len(changes) < 2 or changes[-1][0] != step:
        return False
    (_, before), (_, now) = changes[-2:]
    return (before.losses, before.l2) != (now.losses, now.l2)


def events_of(step: int, before: Settings, after: Settings) -> list[Event]:
    """What people are told of a change: an event for each setting that is another."""
    found = []
    for lane, (old, new) in enumerate(zip(before.losses, after.losses, strict=True)):
        if old != new:
            found.append(Event(step, "loss", lane, old, new, f"{old} → {new}"))
    for name, (kind, sign) in EVENT_OF.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            told = f"{sign} {_for_people(name, old)} → {_for_people(name, new)}"
            found.append(Event(step, kind, None, _spelled(name, old), _spelled(name, new), told))
    return found


def _spelled(name: str, value: Any) -> str:
    return "all" if name == "batch_size" and value == 0 else spell(value)


def _for_people(name: str, value: Any) -> str:
    return as_written(value) if value and name in WRITTEN else _spelled(name, value)
