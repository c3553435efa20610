"""The lecture as a map. It appears at once: nothing here imports torch."""

from pathlib import Path

import streamlit as st

from ui.lecture_map import lecture_map
from ui.server.warm import get_ready_soon

PAGES = {path.stem for path in Path(__file__).parent.glob("*.py")}

st.title("What a neuron sees")
st.markdown(
    "Is there a soccer ball, a basketball, a baseball in this photo? CS229 lecture 11 answers with one "
    "neuron, then with three, then with a network. Here each step runs on photos, rendered ones or your "
    "own, and shows its shapes and its numbers. Open a goal to take it apart."
)
page = lecture_map("map")
if page in PAGES:
    st.switch_page(f"pages/{page}.py")
get_ready_soon()
