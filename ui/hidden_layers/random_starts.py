"""Equal first weights stay equal: three descents of one small network, drawn while they run."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import streamlit as st

from core.activations import ACTIVATIONS
from core.experiments.symmetry import STARTS, STEPS, StartRun, SymmetryProgress, starts, symmetry
from core.pixels import N
from ui import jobs, renderings
from ui.components import load
from ui.hidden_layers.weight_wall import ends, weight_pixels
from ui.numbers import small
from ui.packing import pack
from ui.pictures import scale_of
from ui.renderings import Waiting, rendered, rendering_bar
from ui.words import unbroken

WIDTH = 4
ACTIVATION_NAMES = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "σ"}
TITLES = {"equal": "All weights equal", "zeros": "All weights zero", "random": "Random weights"}
SMALLEST_SCALE = 0.005  # of the pictures' weights: a start at 1/n is grey, as zero is
ROUNDING = 1e-4  # of the largest weight: neurons that are nearer to each other than this differ by rounding

_starts = load(
    *("unpack", "elements", "numbers", "pictures", "stand_apart"),
    *("hidden_layers/symmetry_chart", "hidden_layers/symmetry"),
)


def from_three_starts(
    training: renderings.Rendering, activation: str
) -> Iterator[Waiting | SymmetryProgress]:
    """The experiment, once its photos are there."""
    yield from rendered(training)
    photos = training.wait(0)
    yield from symmetry(photos.pixels, photos.Y, width=WIDTH, activation=ACTIVATIONS[activation])


def job_key(activation: str) -> str:
    """Each activation keeps a run of its own."""
    return f"random_starts_{activation}"


def start_descents(activation: str) -> None:
    """Begin the three descents."""
    jobs.start(job_key(activation), partial(from_three_starts, renderings.rendering(), activation))


def starts_so_far(job: jobs.Job | None, activation: str) -> None:
    """The descents as they are now; before the first run, the starts themselves."""
    jobs.say(job)
    latest = job.latest if job is not None else None
    if isinstance(latest, Waiting) and job is not None and not job.done:
        rendering_bar(latest)
    progress = latest if isinstance(latest, SymmetryProgress) else None
    if progress is not None:
        st.progress(progress.step / progress.steps, text=f"Step {progress.step} of {progress.steps}")
    header, pictures = contents(progress or before(activation))
    _starts(key="random_starts", data=pack(header, {"pictures": pictures}))
    if progress is not None and progress.step and job is not None and job.done:
        st.markdown(verdict(progress, activation))


@st.cache_resource(max_entries=4, show_spinner=False)
def before(activation: str) -> SymmetryProgress:
    """The three starts, without a step or a cost."""
    fresh = starts(N, WIDTH, 3, ACTIVATIONS[activation])
    runs = tuple(StartRun.at(name, fresh[name], fresh[name], ()) for name in STARTS)
    return SymmetryProgress(0, STEPS, (), runs)


def contents(progress: SymmetryProgress) -> tuple[dict[str, object], np.ndarray]:
    """What the component is given: the header, and all pictures uint8 (3, width, 12288).

    At the start they show W, later what was learned, W − W at step 0: the noise of a random start is larger
    than what is learned on top of it, and would hide it. All rows have one scale.
    """
    shown = [run.learned if progress.step else run.W for run in progress.runs]
    scale = max(SMALLEST_SCALE, *(scale_of(W.numpy()) if bool(W.any()) else 0.0 for W in shown))
    runs, pictures = [], []
    for run, W in zip(progress.runs, shown, strict=True):
        pictures.append(weight_pixels(W, scale))
        runs.append(
            {
                "start": run.start,
                "title": TITLES[run.start],
                "note": note(run, progress.step),
                "sign": sign(run),
                "apart": small(run.apart),
                "costs": [round(J, 5) for J in run.costs],
            }
        )
    what = (
        "What was learned: W − W at step 0" if progress.step else "At step 0, before anything is learned: W"
    )
    header = {
        "runs": runs,
        "looks": list(progress.looks),
        "steps": progress.steps,
        "width": WIDTH,
        "what": what,
        "scale": ends(scale),
    }
    return header, np.stack(pictures)


def sign(run: StartRun) -> str:
    """What stands between two neurons' pictures."""
    if run.apart == 0:
        return "="
    return "≈" if run.apart < ROUNDING * float(run.W.abs().max()) else "≠"


def note(run: StartRun, step: int) -> str:
    """What there is to say of a run beside its title."""
    if step == 0:
        return {"equal": "each 1/n", "zeros": "each 0", "random": "a different picture each"}[run.start]
    return "never moved" if run.moved == 0 else f"moved by up to {small(run.moved)}"


def verdict(progress: SymmetryProgress, activation: str) -> str:
    """What this run showed, in words: only what was measured."""
    equal, zeros, random = progress.runs
    if equal.apart == 0:
        text = "The four neurons of the equal start are still the same neuron, **to the last bit**"
    else:
        text = (
            "The four neurons of the equal start were given the same gradient at every step; what sets them "
            f"apart now, {small(equal.apart)}, is **rounding** and nothing else"
        )
    text += f": J = {equal.costs[-1]:.2f} against {random.costs[-1]:.2f} from the random start. "
    if zeros.moved == 0:
        return unbroken(text) + (
            f"From zeros nothing moves but the outputs’ biases: with {ACTIVATION_NAMES[activation]} "
            "${a^{[1]} = 0}$ and ${W^{[2]} = 0,}$ so that ${\\delta^{[2]} a^{[1]\\mathsf T}}$ and "
            "${W^{[2]\\mathsf T} \\delta^{[2]}}$ are 0, and with them both gradients."
        )
    text += "From zeros the weights do move, because σ(0) = ½ is not 0; but all four neurons move together."
    return unbroken(text)
