"""Why now: two causes, compute and data, both measured."""

from functools import partial

import streamlit as st

from core.experiments.learning_curves import read
from ui import jobs
from ui.controls import choose_one
from ui.why_now.compute_words import accelerator_words
from ui.why_now.data_lines import LIVE_SEED, LIVE_SIZES, curves_so_far, how_it_was_measured, live_curves
from ui.why_now.measurement import COMPUTE, DATA, compute_results, machine, start_measuring

st.title("Why now")
st.markdown(
    "**Deep learning** is the part of machine learning that stacks neurons; it is strong in vision, language "
    "and speech. The idea is old. Two things are new: **compute**, machines that do the same sum on many "
    "numbers at once, and **data**, enough examples to learn from. Here both are measured, not claimed."
)

# ---- compute -------------------------------------------------------------------------------------

st.header("Compute: many at once")
with st.container(key="why_now_step"):
    st.markdown(
        "One training step of a 12,288 → 64 → 32 → 3 network, forward and backward, on $m$ photos: in a "
        "loop, **one by one**, or **batched**, as one product $WX.$ Both give the same gradient."
    )
st.markdown(accelerator_words(machine()))
job = jobs.current(COMPUTE)
measuring = jobs.button(job, "Measure this machine", ":material/speed:", COMPUTE, on_click=start_measuring)
jobs.follow(COMPUTE, measuring, compute_results)
st.caption(
    "Half a minute on an idle machine. The fastest of several steps counts; still, whatever else runs here, "
    "such as other people’s training, slows the measurement."
)

# ---- data ----------------------------------------------------------------------------------------

st.header("Data: does more of it help?")
st.markdown(
    "Which ball is in the photo? Three models, trained on 30 to 30,000 photos, each tested on photos that it "
    "has not seen. Dots are single runs, the band is their range."
)
job = jobs.current(DATA)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    runs = choose_one("Live runs of each", (1, 2, 3), 1, "runs")
    training = jobs.button(
        job,
        f"Train live on {LIVE_SIZES[0]} to {LIVE_SIZES[-1]:,} photos",
        ":material/play_arrow:",
        DATA,
        args=(DATA, partial(live_curves, tuple(range(LIVE_SEED, LIVE_SEED + runs)))),
    )
try:
    curves = read()
except ValueError as missing:
    st.error(f"The measured curves cannot be shown: {missing}.", icon=":material/hide_source:")
    st.stop()
jobs.follow(DATA, training, partial(curves_so_far, curves, key="why_now_curves"))
with st.expander("How it was measured", icon=":material/straighten:"):
    st.markdown(how_it_was_measured(curves))
