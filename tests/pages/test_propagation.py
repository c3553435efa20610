"""The propagation page from app.py without a browser: its numbers are core's, its link is checked."""

import json

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from core.balls import GALLERY_SEED
from core.losses import BINARY_CROSS_ENTROPY
from core.network import backpropagate, propagate
from core.pixels import flatten
from core.training import AT_MOST_ONE
from core.weights import load_model
from ui import shared
from ui.controls import OWN_CAPTION, ChosenPhoto
from ui.propagation.lines import STEPS
from ui.propagation.picture import ROW, Scene, batch_of, checked, first_photo, picture


@pytest.fixture(scope="module")
def network():
    return load_model("three_layers")


def chosen(index):
    row = shared.photos(GALLERY_SEED, (index,), AT_MOST_ONE)
    return ChosenPhoto(row.pixels[0], row.Y[:, 0], shared.caption(row.Y[:, 0]), GALLERY_SEED, index, False)


def texts(app):
    return " ".join(text.value for text in (*app.markdown, *app.caption))


def test_page_runs(open_page):
    app = open_page("propagation")
    assert app.title[0].value == "Propagation, and back" and not app.error and not app.info
    assert "36,878 parameters" in texts(app) and "36,867 + 8 + 3" in texts(app)
    assert "w^{[1]}" in texts(app) and "stop before the way back" in texts(app)
    assert "↑\N{NO-BREAK SPACE}↓" in texts(app), "two keys on one line"


@pytest.mark.parametrize("m", ["1", "2", "4", "8", "16"])
def test_any_number_of_examples(open_page, m):
    app = open_page("propagation", m=m, step="g1", example=m, y="01" * (int(m) // 2) or "0")
    assert not app.info and not app.error


@pytest.mark.parametrize("value", ["", "-1", "99", "half", "d9", "2", "²", "<b>1</b>", "0" * 400])
def test_a_broken_link_gets_a_sentence_and_the_usual(open_page, value):
    app = open_page("propagation", step=value, example=value, y=value, m=value)
    said = " ".join(info.value for info in app.info)
    assert "**step** is one of x, z1" in said and "**y** is" in said and "<b>" not in said
    assert app.title[0].value == "Propagation, and back" and not app.error


def test_a_batch_is_the_photo_and_those_after_it():
    order = shared.gallery_order(AT_MOST_ONE, ROW)
    batch = batch_of(chosen(order[2]), 4)
    assert batch.m == 4 and batch.Y.shape == (1, 4) and len(batch.captions) == 4
    for j in range(4):
        one = shared.photos(GALLERY_SEED, (order[2 + j],), AT_MOST_ONE)
        assert np.array_equal(batch.pixels[j], one.pixels[0]) and batch.Y[0, j] == one.Y[0, 0]
    last = batch_of(chosen(order[-1]), 2)
    assert np.array_equal(last.pixels[1], shared.photos(GALLERY_SEED, order[:1], AT_MOST_ONE).pixels[0])
    own = batch_of(ChosenPhoto(batch.pixels[0], None, OWN_CAPTION, None, None, True), 2)
    assert own.Y[0, 0] == 1 and own.captions[0] == OWN_CAPTION


@pytest.mark.parametrize("m", [1, 4])
def test_the_numbers_sent_are_cores(network, m):
    batch = batch_of(chosen(first_photo(network)), m)
    y = "10" * (m // 2) or "0"
    header, arrays = picture(network, batch, Scene(batch=batch.name, step="d2", i=0, y=y))
    json.dumps(header, allow_nan=False)
    assert header["step"] == STEPS.index("d2") and header["counts"] == [36_867, 8, 3]
    X = flatten(torch.tensor(batch.pixels), dtype=torch.float64)
    exact = network.to(dtype=torch.float64)
    trace = propagate(exact, X)
    for l in range(3):  # noqa: E741
        assert_close(torch.tensor(header["Z"][l], dtype=torch.float64), trace.Z[l])
        assert_close(torch.tensor(header["A"][l], dtype=torch.float64), trace.A[l + 1])
    Y = torch.tensor([[float(label) for label in y]], dtype=torch.float64)
    gradients = backpropagate(exact, trace, Y, BINARY_CROSS_ENTROPY)
    assert_close(checked(network, batch, y).autograd.W[0], gradients.W[0])
    assert 0 <= header["check"]["largest"] < 1e-12 and header["check"]["y"] == y
    assert arrays["W1"].shape == (3, 12288) and arrays["pixels"].dtype == np.uint8


def test_it_begins_with_a_ball_that_is_recognised_and_not_saturated(network):
    index = first_photo(network)
    row = shared.photos(GALLERY_SEED, (index,), AT_MOST_ONE)
    trace = propagate(network, flatten(torch.tensor(row.pixels)))
    assert row.Y[0, 0] == 1 and float(trace.Y_hat) > 0.5
    assert float(trace.Z[0].abs().max()) < 8
