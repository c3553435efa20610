"""Before and after on a person's own photos, while a network learns.

A row is a class: two dots, each the share that is right, on a bar, its 95 % interval. The words are made
here; the component only draws.
"""

import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.confusion import CLASSES, MANY
from core.intervals import Estimate, wilson
from core.live_run import LANES
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.own_photos.before_after import Change, Standing, changes
from ui.components import load
from ui.live_training.confusion import CLASS_NAMES
from ui.live_training.live_run import LiveRun
from ui.live_training.mistakes import TITLES
from ui.numbers import percent
from ui.theme import BALL_COLOURS

NAMES = CLASS_NAMES | {
    "one": "all with one ball",
    "rendered": "rendered test photos",
}
WITHOUT_ONE = {"many": "with two balls or more ", "none": "with no ball "}
NOTHING = "none named"
WIDE = 0.2  # of an interval: from here on the photos are few
SMALLER_SHARE = "A smaller share of your photos keeps them in mind."
NOTHING_TO_MEASURE_ON = (
    "There is no photo to measure on: sort two or more of a kind, so that one can be held back."
)
LIKE_THESE = (
    "The interval is one for photos like these: where all are of one ball in one place, they say little "
    "about other balls and places."
)
SCRIPTS = ("elements", "news", "training/before_after")
_figure = load(*SCRIPTS)


def before_and_after(live: LiveRun) -> None:
    """The figure and what it shows, as the run is now; while it trains, newer ones come as news."""
    with live.held() as run:
        told = None if run is None else story(run, live.settings)
        at, left_out = time.time(), 0 if run is None else run.before_after.left_out
        begun_with = 0 if run is None else run.before_after.begun_with
    if begun_with and told is not None:
        st.caption(begun_with_words(begun_with))
    if left_out:
        st.caption(left_out_words(left_out))
    if run is None:
        st.caption("The photos are being rendered.")
    elif told is None and left_out:
        return
    elif told is None:
        st.caption(NOTHING_TO_MEASURE_ON)
    else:
        mount("training:before_after", told | {"at": at})
        st.caption(
            "A photo with one ball is right when the largest output is that ball; one with none or several "
            "when every output is on the right side of ½. “Before” is the last look before the run’s first "
            f"step on your photos. {LIKE_THESE}"
        )


def left_out_words(count: int) -> str:
    """Why fewer photos are measured on than are held back."""
    who = "One photo is" if count == 1 else f"{count} photos are"
    have = "it has" if count == 1 else "they have"
    return f"{who} held back by now and not measured on: {have} been learned from before."


def begun_with_words(count: int) -> str:
    """What “before” is of a run that begins from weights in a file."""
    which = "one of your photos" if count == 1 else f"{count} of your photos"
    return f"This run begins from weights that have learned from {which} already: “before” is after that."


def story(run: Run, settings: Settings) -> dict[str, Any] | None:
    """What the component shows of a run that is held; None where no photo is held back to measure on."""
    before, now = run.before_after.before, run.before_after.now
    if not now or len(before) != len(now):
        return None
    rows = [changes(*pair) for pair in zip(before, now, strict=True)]
    losses = settings.losses
    titles = [
        f"{LANES[i]}: {TITLES[losses[i]]}" if len(rows) > 1 and i < len(losses) else ""
        for i in range(len(rows))
    ]
    begun = before[0].step < now[0].step
    words = [
        (f"{title}. " if title else "") + what_it_shows(lane, begun, settings.own, SMALLER_SHARE)
        for title, lane in zip(titles, rows, strict=True)
    ]
    return figure(rows, before, now, titles) | {"words": words}


def mount(key: str, data: dict[str, Any]) -> None:
    """Show what `figure` has made."""
    _figure(key=key, data=data)


def figure(
    lanes: Sequence[Sequence[Change]],
    before: Sequence[Standing],
    now: Sequence[Standing],
    titles: Sequence[str],
) -> dict[str, Any]:
    """What the component draws, no words below it. Shares 0 … 1; each with the words beside it."""
    return {
        "before": f"before, at step {before[0].step:,}",
        "now": f"now, at step {now[0].step:,}",
        "axis": "share right, of photos that no step has seen (with 95\u202f% interval)",
        "alt": " ".join(alternative_text(rows, title) for rows, title in zip(lanes, titles, strict=True)),
        "lanes": [
            {"title": title, "rows": [_row(row) for row in rows if row.now.of]}
            for rows, title in zip(lanes, titles, strict=True)
        ],
        "words": [],  # below it
    }


def alternative_text(rows: Sequence[Change], title: str) -> str:
    """The figure in words."""
    said = [
        f"{NAMES[row.what]}: {_of(row.before) + ' right' if row.named[0] else NOTHING} before, {_now(row)}"
        for row in rows
        if row.now.of
    ]
    return (f"{title}. " if title else "") + "; ".join(said) + "."


def _now(row: Change) -> str:
    if not row.named[1]:
        return f"{NOTHING} now"
    return f"{_of(row.now)} now (95\u202f% interval {percent(row.now.low)} to {percent(row.now.high)})"


def what_it_shows(rows: Sequence[Change], begun: bool, share: float = 1.0, remedy: str = "") -> str:
    """The change on own photos and on rendered ones in sentences, from the numbers alone.

    share: of own photos in what is learned from. remedy: what helps where rendered ones are forgotten.
    """
    (which, own), text = _told(rows), ""
    rendered = next((row for row in rows if row.what == "rendered" and row.now.of), None)
    if not begun:
        if own is not None and not own.named[1]:
            text = "As long as all outputs are equal, nothing is named in your photos, right or wrong. "
        elif own is not None:
            text = f"Of your photos {which}that were held back, **{_of(own.now)}** are right. "
        how = "press play" if share else "choose their share above, and press play"
        return f"{text}This run has learned nothing from your photos yet: {how}."
    if own is not None:
        held = f"Of your photos {which}that were held back, "
        if own.named[0]:
            held += f"**{_of(own.before)}** were right and **{_of(own.now)}** are now"
        else:
            held += f"**{_of(own.now)}** are right now; before, all outputs were equal and named nothing yet"
        few = own.now.high - own.now.low > WIDE
        how, it = ("So few leave the share uncertain: with", "it") if few else ("With", "the share")
        ends = f"{percent(own.now.low)} and {percent(own.now.high)}"
        text = f"{held}. {how} 95\u202f% confidence {it} lies between {ends}. "
        risen, fallen = own.now.low > own.before.high, own.now.high < own.before.low
        if own.named[0] and (risen or fallen):
            has = f"{'Even so it' if few else 'It'} has {'risen' if risen else 'fallen'}"
            text += f"{has}: the two intervals do not meet. "
    if rendered is not None and not rendered.named[0]:
        text += f"Of the rendered photos **{percent(rendered.now.value)}** are right now."
    elif rendered is not None:
        was, now = (f"**{percent(share.value)}**" for share in (rendered.before, rendered.now))
        text += f"Of the rendered photos {was} were right, now it is {now}"
        forgotten = rendered.now.high < rendered.before.low
        text += f": it forgets them. {remedy}" if forgotten else "."
    return text.strip()


def _told(rows: Sequence[Change]) -> tuple[str, Change | None]:
    """Of which photos of one's own the sentences tell, as it goes on after “your photos”, and how they stand.

    Those with one ball, and only where there are none of these the others.
    """
    found = {row.what: row for row in rows if row.now.of}
    others = [found[what] for what in CLASSES[MANY:] if what in found]
    if "one" in found:
        return "with one ball ", found["one"]
    if not others:
        return "", None
    which = WITHOUT_ONE[others[0].what] if len(others) == 1 else ""
    before, now = ([getattr(row, when) for row in others] for when in ("before", "now"))
    return which, Change("others", _together(before), _together(now))


def _together(shares: Sequence[Estimate]) -> Estimate:
    return wilson(sum(round(share.value * share.of) for share in shares), sum(share.of for share in shares))


def _row(row: Change) -> dict[str, Any]:
    return {
        "name": NAMES[row.what],
        "colour": BALL_COLOURS.get(row.what),
        "apart": row.what in ("one", "rendered"),
        "before": _mark(row.before, row.named[0]),
        "now": _mark(row.now, row.named[1]),
    }


def _mark(share: Estimate, named: bool) -> dict[str, Any]:
    """Where it stands, nowhere where nothing was named, and the words beside it."""
    if not named:
        return {"value": None, "low": None, "high": None, "text": NOTHING}
    return {"value": share.value, "low": share.low, "high": share.high, "text": _of(share)}


def _of(share: Estimate) -> str:
    return f"{round(share.value * share.of):,} of {share.of:,}"
