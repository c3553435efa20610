"""Many trainings of the fully connected network: how often some unit agrees with each concept."""

import streamlit as st

from core.experiments.black_box import SeedsProgress
from ui import jobs
from ui.components import load
from ui.house_prices.agreement import NAMES
from ui.house_prices.networks import world
from ui.words import counted, listed

_seeds = load("elements", "numbers", "house_prices/seeds")


def seeds_so_far(job: jobs.Job | None) -> None:
    """The trainings that are over, and a sentence about them."""
    jobs.say(job)
    latest = job.latest if job is not None else None
    if not isinstance(latest, SeedsProgress):
        return
    over = len(latest.found)
    st.progress(latest.fraction, text=f"{over} of {latest.total} trainings")
    if over == 0:
        return
    seeds = [one.seed for one in latest.found]
    _seeds(
        key="house_prices_seeds",
        data={
            "rows": [
                {
                    "name": name,
                    "limit": round(world().to_beat[c], 4),
                    "values": [round(one.best[c], 4) for one in latest.found],
                    "seeds": seeds,
                    "count": f"{_how_often(latest, c)} of {over}",
                }
                for c, name in enumerate(NAMES)
            ],
        },
    )
    st.markdown(what_seeds_say(latest))


def what_seeds_say(progress: SeedsProgress) -> str:
    """How often each concept was found, how often all three, and how far apart the errors lie."""
    over = len(progress.found)
    found = [f"{name} in {_how_often(progress, c)}" for c, name in enumerate(NAMES)]
    agreed = [
        [value > limit for value, limit in zip(one.best, world().to_beat, strict=True)]
        for one in progress.found
    ]
    every, none = sum(map(all, agreed)), len(agreed) - sum(map(any, agreed))
    low, high = (f"{end(one.rmse for one in progress.found):.0f}" for end in (min, max))
    off = (
        f"Its test error is {low} k€."
        if over == 1
        else f"Each has a test error of {low} k€."
        if low == high
        else f"Their test errors lie between {low} and {high} k€."
    )
    return (
        f"Out of {counted(over, 'training')}, some unit agreed with {listed(found)}; with all three in "
        f"{every}, with none in {none}. {off}"
    )


def _how_often(progress: SeedsProgress, c: int) -> int:
    return sum(one.best[c] > world().to_beat[c] for one in progress.found)
