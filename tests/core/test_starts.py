"""Weights that a run may begin from: the shipped ones, and files from anybody."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

from core import weights
from core.activations import ACTIVATIONS
from core.initialisation import initialise
from core.live_run.settings import Settings
from core.live_run.starts import SHIPPED_STARTS, layers_of, start_from_bytes
from core.network import Layer, Network
from core.own_photos.taught_file import taught_to_bytes
from core.pixels import N
from core.weights import WeightsError, load_model, network_tensors, tensors_to_bytes
from tests.core.small_patches import small_network


def file(*sizes, activations=None, change=lambda t: t, n=N):
    network = initialise((n, *sizes), how="xavier", generator=torch.Generator().manual_seed(0))
    names = activations or [layer.activation.name for layer in network.layers]
    return tensors_to_bytes(
        {name: change(t) for name, t in network_tensors(network).items()}, {"activations": names}
    )


@pytest.mark.parametrize("name", SHIPPED_STARTS)
def test_a_shipped_start_is_a_run_with_its_layers(name):
    hidden, activation = layers_of(load_model(name))
    settings, refused = Settings.checked({"init": name})
    assert not refused
    assert settings.hidden == hidden and (not hidden or settings.activation == activation)
    for ours, theirs in zip(settings.network().layers, load_model(name).layers, strict=True):
        assert torch.equal(ours.W, theirs.W)


def test_other_layers_are_another_start():
    network, _ = Settings.checked({"init": "network"})
    assert Settings.checked({"hidden": (8,)}, network)[0].init == "he"
    assert Settings.checked({"hidden": ()}, network)[0].init == "zeros"
    assert Settings.checked({"init": "goal2"}, network)[0].hidden == ()
    assert Settings.checked(network.spelled()) == (network, [])
    settings, refused = Settings.checked({"init": "goal2", "hidden": "7"})
    assert settings.hidden == () and "its own hidden layers" in refused[0]


def test_a_link_cannot_bring_a_file():
    settings, refused = Settings.checked({"init": "file"})
    assert settings == Settings() and "a link cannot bring them" in refused[0]
    assert "init" not in Settings(init="file").spelled()
    with pytest.raises(ValueError, match="not here any more"):
        Settings(init="file").network()


def test_a_run_from_a_file_keeps_its_layers_or_begins_anew():
    brought = Settings(init="file", hidden=(8,), activation="tanh")
    assert Settings.checked({"l2": "0.1"}, brought) == (replace(brought, l2=0.1), [])
    assert Settings.checked({"hidden": "7"}, brought)[0].init == "he"
    assert Settings.checked({"activation": "relu"}, brought)[0].init == "he"
    assert Settings.checked({"hidden": ""}, brought)[0].init == "zeros"


def test_a_shipped_start_that_is_not_there_is_said_and_another_taken(tmp_path, monkeypatch):
    fitting = Settings.checked({"init": "network"})[0]
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    settings, refused = Settings.checked({"init": "goal3", "l2": "0.1"})
    assert settings == Settings(l2=0.1) and len(refused) == 1
    assert "The start “goal3” cannot be had: there is no weights file goal3.safetensors" in refused[0]
    assert Settings.checked({}, fitting)[0] == replace(fitting, init="he")
    assert Settings.checked({}, Settings(init="goal2"))[0] == Settings()


def test_a_network_on_patches_is_sent_where_it_is_taken():
    with pytest.raises(WeightsError, match="on patches, which the page Your photos takes"):
        start_from_bytes(taught_to_bytes(small_network(), np.zeros(0, np.int32)))


def test_weights_that_were_taken_away_come_back():
    data = file(8, 4, 3, activations=["tanh", "tanh", "softmax"])
    network = start_from_bytes(data)
    assert layers_of(network) == ((8, 4), "tanh")
    again = tensors_to_bytes(network_tensors(network), {"activations": ["tanh", "tanh", "softmax"]})
    assert again == data


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not a safetensors file"),
        (b"PK\x03\x04 a zip", "not a safetensors file"),
        (file(3)[:-1], "not a safetensors file"),
        (save({"layer.0.W": torch.zeros(3, N)}), "does not say"),
        (save({"x": torch.zeros(1)}, {"header": "[" * 100_000}), "does not say"),
        (save({"x": torch.zeros(1)}, {"header": json.dumps({"activations": ["sigmoid"]})}), "lacks"),
        (file(3, activations="sigmoid"), "does not say"),
        (file(3, activations=["sigmoid"] * 17), "does not say"),
        (file(3, activations=["exec"]), "not known here"),
        (file(1), "3 outputs"),
        (file(3, n=300), "300"),
        (file(4, 4, 3, activations=["relu", "tanh", "sigmoid"]), "several"),
        (file(3, activations=["relu"]), "sigmoid or softmax"),
        (file(3, change=lambda t: t.clone().fill_(torch.nan)), "not numbers"),
        (file(3, change=lambda t: t.to(torch.int32)), "floating-point"),
        (file(3, change=lambda t: t[..., :1].contiguous()), "1"),
        (file(3, change=lambda t: t.reshape(-1)), "fit together"),
        (bytes(33 << 20), "larger than"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_in_a_sentence(data, word):
    with pytest.raises(WeightsError, match=word) as refused:
        start_from_bytes(data)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 300


@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_do_more_than_be_refused(noise, at):
    whole = file(3)[:400]
    with pytest.raises(WeightsError):
        start_from_bytes(whole[:at] + noise)


def test_half_precision_is_taken_as_it_is():
    network = start_from_bytes(file(3, change=lambda t: t.half()))
    assert network.layers[0].W.dtype == torch.float32


def test_layers_that_no_run_has():
    sigmoid = ACTIVATIONS["sigmoid"]
    wide = Network((Layer(torch.zeros(300, N), torch.zeros(300, 1), ACTIVATIONS["relu"]),
                    Layer(torch.zeros(3, 300), torch.zeros(3, 1), sigmoid)))  # fmt: skip
    hidden, activation = layers_of(wide)
    with pytest.raises(ValueError, match="256"):
        Settings(init="file", hidden=hidden, activation=activation)


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("place", [0, -1])
def test_a_single_weight_that_is_no_number_is_refused(wrong, place):
    def spoilt(tensor):
        tensor = tensor.clone()
        tensor.view(-1)[place] = wrong
        return tensor

    with pytest.raises(WeightsError, match="infinite or not numbers"):
        start_from_bytes(file(3, change=spoilt))
