"""Which run the live-training page shows: the link names it, and the settings of one that is yet to begin.

    ?run=<key>                       the one run of that key, see ui.live_training.runs
    ?loss=softmax&rate=0.01&…        what a new run is set to; only what differs from the usual stands there
    ?pace=steps                      how fast it is let go

A link of the settings alone is for others: it begins the same run in their own browser. The menu's links name
nothing: to whoever comes back through them ui.links says the link as it was left.
"""

from collections.abc import Callable
from dataclasses import replace
from weakref import ref

import streamlit as st

from core.live_run.settings import Settings
from core.live_run.starts import FROM_FILE
from ui.links import came_with, is_new, note_all, note_in_place
from ui.live_training import runs
from ui.live_training.live_photos import RenderedPhotos
from ui.live_training.live_run import LiveRun
from ui.live_training.pace import PACES, SLOW

LINK = {  # setting → its name in the link
    "losses": "loss", "learning_rate": "rate", "batch_size": "batch", "l2": "l2", "optimiser": "optimiser",
    "init": "init", "seed": "seed", "two": "two", "none": "none",
    "hidden": "hidden", "activation": "activation", "own": "own",
}  # fmt: skip
PACE = "pace"  # its name in the link, beside those of the settings

SHOWN = "training:run"  # the key of the run that this session has shown last
REFUSED = "training:refused"  # what of its link could not be, and the settings that it got instead
TOLD = "training:told"  # a weak reference to the run, and the settings at which its own sentence holds


def opened_run() -> tuple[LiveRun, str]:
    """The run that the link names, or a new one of the settings there; and how it stands in the link by now.

    Values that cannot be are left out, and said until the run is set otherwise.
    """
    asked = {name: st.query_params[short] for name, short in LINK.items() if short in st.query_params}
    settings, refused = Settings.checked(asked)
    pace = st.query_params.get(PACE, SLOW)
    if pace not in PACES:
        refused.append(f"A pace is one of {', '.join(PACES)}. It stays {SLOW}.")
        pace = SLOW
    key = st.query_params.get("run", "")
    if key and not runs.is_key(key):
        refused.append("The link names no run, so here is a new one.")
        key = ""
    gone = bool(key) and not runs.is_kept(key)
    live = runs.open_run(key or runs.new_key(), settings, RenderedPhotos())
    if gone:
        live.told = "The run of this link is not kept here (any more), so here is a new one."
    if st.session_state.get(SHOWN) != live.key:
        st.session_state[SHOWN] = live.key
        begins = not key or gone  # else its own settings and pace lead, whatever the link says
        if begins and pace != live.pace.name:
            live.at_pace(pace)
        st.session_state[REFUSED] = refused if begins else [], live.settings
    said, given = st.session_state[REFUSED]
    if live.settings != given:
        said.clear()
    if said:
        with st.container(border=True, gap="small"):
            st.markdown(":material/link_off: The link asks for something that cannot be:")
            for sentence in said:
                st.text(sentence)  # verbatim: a link's words are never markdown
    stands = live.stands  # asked before: what a hand changes from here on is news, and needs another run
    # What the same run is set to belongs to it, wherever somebody comes from: that is no step back.
    say_in_link(live, note_in_place if st.query_params.get("run") == live.key else note_all)
    return live, stands


def say_what_became(live: LiveRun) -> None:
    """Why it is not the run that the link's visitor had: until it is set otherwise.

    Whoever comes when it has gone on since finds a run like any other, and reads nothing of the one before.
    """
    reference, given = st.session_state.get(TOLD, (None, None))
    if reference is None or reference() is not live or is_new():
        given = live.settings if live.as_found else None
    if live.settings != given:
        given = None
    st.session_state[TOLD] = ref(live), given
    if live.told and given is not None:
        st.warning(live.told)


def say_in_link(live: LiveRun, note: Callable[[dict[str, str | None]], None] = note_all) -> None:
    """Let the browser's address name the run and what it is set to now: whatever changed, one step back."""
    said = parameters(live.settings, live.pace.name)
    note({"run": live.key, **{name: said.get(name) for name in (*LINK.values(), PACE)}})


def is_unheard(live: LiveRun) -> bool:
    """Whether Streamlit's client would ask for another run, did the server begin anew.

    The address names the run by now (ui.settled_link). But where it said anything when somebody came, the
    client goes by that until the page has run again.
    """
    came = came_with()
    return bool(came) and came.get("run") != live.key


def parameters(settings: Settings, pace: str = SLOW) -> dict[str, str]:
    """The settings as a link has them, without any run's key: {"rate": "0.03", "batch": "16"}."""
    said = {LINK[name]: text for name, text in _for_all(settings).spelled().items()}
    return said if pace == SLOW else said | {PACE: pace}


def query(settings: Settings, pace: str = SLOW) -> str:
    """The same as text: "rate=0.03&batch=16"."""
    return "&".join(f"{name}={text}" for name, text in parameters(settings, pace).items())


def _for_all(settings: Settings) -> Settings:
    """Weights from a file are in no link. Without them hidden layers need a start from which they learn."""
    away = settings.init == FROM_FILE and bool(settings.hidden)
    return replace(settings, init="he") if away else settings
