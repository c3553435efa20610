"""The labels of the page's row of photos, and the photo that it begins with."""

import streamlit as st
import torch

from core.balls import GALLERY_SEED, MIXED
from core.heads import predict
from core.network import Network
from ui import shared

# What a row of the gallery shows: each ball alone, two, three, none.
ROW = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1), (0, 0, 0))
LOOKED_AT = 24  # photos, of which the clearest is taken


@st.cache_resource(max_entries=1, show_spinner=False)
def two_ball_photo(_goal2: Network) -> int:
    """The photo of a soccer ball and a baseball, out of the first rows, on which the head is clearest."""
    places = shared.gallery_order(MIXED, ROW)[3 :: len(ROW)][:LOOKED_AT]
    photos = shared.photos(GALLERY_SEED, places, MIXED)
    P = predict(_goal2, torch.tensor(photos.pixels))  # (3, LOOKED_AT)
    right = torch.where(torch.tensor(photos.Y) > 0.5, P, 1 - P)
    return places[int(right.min(dim=0).values.argmax())]
