"""The lecture as a map. It appears at once: nothing here imports torch."""

import base64
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from ui.components import lecture_map
from ui.warm import get_ready_soon

PICTURES = Path(__file__).resolve().parent.parent / "assets" / "overview"
PAGES = {path.stem for path in Path(__file__).parent.glob("*.py")}

st.title("What a neuron sees")
st.markdown(
    "Is there a soccer ball, a basketball, a baseball in this photo? CS229 lecture 11 answers with one "
    "neuron, then with three, then with a network. Here each step runs on photos, rendered ones or your "
    "own, and shows its shapes and its numbers. Open a goal to take it apart."
)

files = {path.stem: path for path in sorted(PICTURES.glob("*.png"))}
urls = {
    name: "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
    for name, path in files.items()
}
x = np.asarray(Image.open(files["one"])).reshape(-1)  # (12288,)
page = lecture_map("map", urls, first=x[:6].tolist(), last=x[-3:].tolist())
if page in PAGES:
    st.switch_page(f"pages/{page}.py")
get_ready_soon()
