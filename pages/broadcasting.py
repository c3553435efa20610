"""Broadcasting: b (k, 1) beside W X (k, m), forward, in memory, backward, and where it goes wrong."""

from functools import partial

import streamlit as st
import torch

from core.broadcasting import memory, stretch, there_and_back
from core.experiments.loop_or_batch import loop_or_batch
from ui import jobs
from ui.broadcasting import boards, playground
from ui.broadcasting.memory import memory_table, what_a_copy_takes
from ui.broadcasting.times import times_so_far
from ui.controls import choose_one

COLUMNS = (5, 1000, 60_000, 1_000_000_000)
TIMES = "broadcasting_times"

st.title("Broadcasting")
st.markdown(
    "All $m$ photos at once: ${Z = WX + b.}$ But with three neurons $WX$ is $(3, m)$ and $b$ is $(3, 1){:}$ "
    "as matrices the two cannot be added. Broadcasting stretches $b$ to $\\tilde b$ $(3, m),$ **the same "
    "numbers, seen $m$ times**."
)
board = boards.current()
W, b, X, Y = board.tensors()

# ---- there ---------------------------------------------------------------------------------------

st.header("b stretches to b̃")
st.latex(
    r"\underset{(k,\,m)}{Z} = \underset{(k,\,n)}{W}\;\underset{(n,\,m)}{X} + "
    r"\underset{(k,\,m)}{\tilde b}\qquad \tilde b_{ij} = b_i"
)
boards.stretch_board(board, "broadcasting_stretch")
st.caption(
    "Solid: a number in memory. Dashed: the same number, seen again. Stretch b and point at or tap a cell "
    "to see its sum; type other numbers into W, X and b. Here n is 4: you can do the sums in your head. A "
    "photo has 12,288."
)

# ---- memory --------------------------------------------------------------------------------------

st.header("What it takes in memory")
m = choose_one("Photos m", COLUMNS, COLUMNS[1], "columns", format_func="{:,}".format)
b_live = b.to(torch.float32)
b_tilde = stretch(b_live, m)
found = memory(b_tilde)
memory_table(b_live, found)
st.markdown(
    f"The number $i$ rows down and $j$ columns along from the first has the offset ${{i \\cdot "
    f"{found.strides[0]} + j \\cdot {found.strides[1]}}}$ in memory. The stride of the columns is 0: however "
    "far along, it is the same number. " + what_a_copy_takes(found)
)

# ---- back ----------------------------------------------------------------------------------------

st.header("The way back: the columns fold together")
st.latex(
    r"\frac{\partial J}{\partial b} = \sum_{j=1}^{m} \delta_{:,j}\qquad "
    r"\underset{(k,\,m)}{\delta} = \frac{\partial J}{\partial Z} = \frac{\hat Y - Y}{m}"
)
st.markdown(
    "What was repeated on the way there is added up on the way back: the same board, for fixed labels $Y$."
)
boards.fold_board(there_and_back(W, b, X, Y), Y, "broadcasting_back")

# ---- playground ----------------------------------------------------------------------------------

st.header("Any two shapes")
st.markdown(
    "The rule: write the shapes under each other **from the right**; a missing axis counts as 1; on every "
    "axis the sizes are equal, or one of them is 1 and is stretched."
)
playground.presets()
shapes = playground.typed_shapes()
if shapes is not None:
    playground.show(*shapes)

# ---- loop or batch -------------------------------------------------------------------------------

st.header("One photo at a time, or all at once")
st.markdown(
    "The same $Z$, on this machine: a loop over the photos, one $Wx^{(i)} + b$ each, against one product "
    "${WX + b.}$ Each time is the fastest of several; "
    "${n = 12{,}288,}$ and the pixels are random, which does not matter."
)
job = jobs.current(TIMES)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    neurons = choose_one("Neurons k", (3, 64), 3, "timed")
    work = partial(loop_or_batch, neurons)
    measuring = jobs.button(job, "Measure", ":material/timer:", TIMES, args=(TIMES, work))
jobs.follow(TIMES, measuring, times_so_far)
