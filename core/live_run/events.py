"""What changed a run's course, as the curves and the table tell it: a setting, the photos, a divergence.

    α 0.001 → 0.01        what, before → after, after so many steps, of one lane or of all

Several changes of one thing between two steps are one change, or none where it is as before. Of more than
MOST_EVENTS the two changes of one thing that lie closest together become one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.checked import is_whole
from core.live_run import MOST_LANES
from core.texts import is_text

EVENT_KINDS = ("loss", "rate", "batch", "l2", "optimiser", "photos", "diverged")
CHANGES = EVENT_KINDS[:6]  # these go from one value to another, and back again
MOST_EVENTS = 2000
ARROW = " → "


@dataclass(frozen=True)
class Event:
    """Something that happened after `step` steps. `lane` is None when it happened to all of them.

    `before` and `after` are the values, `text` is for people and reads "what before → after" for a change.
    Errors: ValueError in a sentence for anything else; an event may come from a file.
    """

    step: int
    kind: str
    lane: int | None
    before: str
    after: str
    text: str

    def __post_init__(self) -> None:
        if not is_whole(self.step) or not 0 <= self.step < 2**53:
            raise ValueError(f"the step of an event is a whole number from 0, not {str(self.step)[:40]}")
        if self.kind not in EVENT_KINDS:
            raise ValueError(f"an event is one of {', '.join(EVENT_KINDS)}, not {str(self.kind)[:40]}")
        if self.lane is not None and not (is_whole(self.lane) and 0 <= self.lane < MOST_LANES):
            raise ValueError(
                f"the lane of an event is none or 0 … {MOST_LANES - 1}, not {str(self.lane)[:40]}"
            )
        for text, longest in ((self.before, 100), (self.after, 100), (self.text, 500)):
            if not is_text(text, longest):
                raise ValueError(f"an event is told in at most {longest} characters, not {text!a:.40}…")

    def to_json(self) -> dict[str, Any]:
        """The fields by name, all of them JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: object) -> "Event":
        """Back from `to_json`. Errors: ValueError in a sentence."""
        names = set(cls.__dataclass_fields__)
        if not isinstance(values, Mapping) or set(values) != names:
            raise ValueError(f"a stored event has the fields {', '.join(sorted(names))} and no others")
        return cls(**values)


def with_event(events: Sequence[Event], event: Event) -> tuple[Event, ...]:
    """The events with one more, whose step is not before theirs; see the module's text."""
    told = list(events)
    for i in range(len(told) - 1, -1, -1):
        if told[i].step != event.step:
            break
        if _thing(told[i]) == _thing(event):
            event = _joined(told.pop(i), event)
            break
    if event.kind not in CHANGES or event.before != event.after:
        told.append(event)
    return tuple(told if len(told) <= MOST_EVENTS else _fewer(told))


def _thing(event: Event) -> tuple[str, int | None, str]:
    """What an event is about. Of the photos there is more than one thing to change; the text says which."""
    what = event.text.split(ARROW)[0].removesuffix(event.before) if event.kind == "photos" else ""
    return event.kind, event.lane, what


def _joined(first: Event, last: Event) -> Event:
    """One change from where the first began to where the last ended; of other events the last counts."""
    if last.kind not in CHANGES:
        return last
    text = last.text
    if ARROW in first.text and ARROW in last.text:
        text = (first.text.split(ARROW)[0] + ARROW + last.text.split(ARROW)[-1])[:500]
    return replace(last, before=first.before, text=text)


def _fewer(events: list[Event]) -> list[Event]:
    """At least one less: the closest two changes of one thing joined, or, without such, the oldest gone."""
    newest: dict[tuple[str, int | None, str], int] = {}
    closest: tuple[int, int, int] | None = None  # steps between, place of the first, of the second
    for i, event in enumerate(events):
        place = newest.get(_thing(event))
        if place is not None and event.kind in CHANGES:
            apart = event.step - events[place].step
            if closest is None or apart < closest[0]:
                closest = apart, place, i
        newest[_thing(event)] = i
    if closest is None:
        return events[1:]
    _, place, i = closest
    joined = _joined(events[place], events[i])
    same = [joined] if joined.before != joined.after else []
    return [*events[:place], *events[place + 1 : i], *same, *events[i + 1 :]]
