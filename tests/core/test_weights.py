"""Networks as safetensors files: numbers come back, broken files get a sentence, shipped ones are whole."""

import json
import pickle

import pytest
import torch
from safetensors.torch import save_file

from core import weights
from core.activations import RELU, SIGMOID, SOFTMAX
from core.initialisation import initialise
from core.network import propagate
from core.weights import (
    FOLDER,
    MODELS,
    WeightsError,
    load_model,
    load_network,
    network_tensors,
    read_tensors,
    save_network,
    tensors_to_bytes,
)


def network():
    return initialise((6, 4, 3), (RELU, SOFTMAX), generator=torch.Generator().manual_seed(0))


def test_a_network_comes_back_bit_for_bit(tmp_path):
    path = tmp_path / "new folder" / "n.safetensors"
    before = network()
    save_network(path, before, seed=7)
    after = load_network(path)
    for a, b in zip(before.layers, after.layers, strict=True):
        assert torch.equal(a.W, b.W) and torch.equal(a.b, b.b) and a.activation is b.activation
    assert read_tensors(path)[1] == {"activations": ["relu", "softmax"], "seed": 7}
    assert [p.name for p in path.parent.iterdir()] == ["n.safetensors"], "no unfinished file is left"
    again = tmp_path / "again.safetensors"
    save_network(again, after, seed=7)
    assert again.read_bytes() == path.read_bytes(), "the same weights are the same file"


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 64, pickle.dumps({"W": 1}), b"PK\x03\x04zip"])
def test_what_is_not_a_weights_file_gets_a_sentence(tmp_path, content):
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="not a weights file"):
        load_network(path)


def test_a_header_of_lists_in_lists_gets_a_sentence(tmp_path):
    path = tmp_path / "deep.safetensors"
    save_file({"layer.0.W": torch.zeros(3, 6)}, path, {"header": "[" * 100_000})
    with pytest.raises(WeightsError, match="not a weights file"):
        load_network(path)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_get_a_sentence(tmp_path, number):
    path = tmp_path / "n.safetensors"
    before = network()
    before.layers[0].W[1, 2] = number
    save_network(path, before)
    with pytest.raises(WeightsError, match="infinite, or not numbers"):
        load_network(path)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float8_e4m3fn])
def test_short_numbers_are_read_as_those_that_torch_can_reckon_with(tmp_path, kind):
    path = tmp_path / "n.safetensors"
    tensors = {"layer.0.W": torch.ones(3, 6).to(kind), "layer.0.b": torch.ones(3, 1).to(kind)}
    save_file(tensors, path, {"header": json.dumps({"activations": ["softmax"]})})
    assert torch.equal(load_network(path).layers[0].W, torch.ones(3, 6))


def test_layers_of_two_kinds_of_floats_are_read_as_the_longer_kind(tmp_path):
    path = tmp_path / "n.safetensors"
    tensors = network_tensors(initialise((6, 4, 3), (RELU, SOFTMAX)))
    tensors["layer.0.W"] = tensors["layer.0.W"].double()
    save_file(tensors, path, {"header": json.dumps({"activations": ["relu", "softmax"]})})
    network = load_network(path)
    assert propagate(network, torch.ones(6, 2, dtype=torch.float64)).A[-1].shape == (3, 2)


def test_the_same_weights_are_the_same_file_in_whatever_order_they_are_told():
    W, b = torch.ones(2, 3), torch.zeros(2, 1)
    files = [
        tensors_to_bytes({"layer.0.W": W, "layer.0.b": b}, {"activations": ["relu"], "seed": 1, "photos": 2}),
        tensors_to_bytes({"layer.0.b": b, "layer.0.W": W}, {"photos": 2, "seed": 1, "activations": ["relu"]}),
    ]
    assert files[0] == files[1]


def test_missing_and_unfitting_files_get_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "n.safetensors"
    with pytest.raises(WeightsError, match=r"there is no weights file n\.safetensors$"):
        load_network(path)
    with pytest.raises(WeightsError, match="not 'goal9'"):
        load_model("goal9")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    with pytest.raises(WeightsError, match="`python -m core train goal2` makes it"):
        load_model("goal2")
    save_file({"layer.0.W": torch.zeros(2, 2)}, path)
    with pytest.raises(WeightsError, match="does not name its activations"):
        load_network(path)
    save_file({"layer.0.W": torch.zeros(2, 2)}, path, {"activations": json.dumps([["sigmoid"]])})
    with pytest.raises(WeightsError, match="does not name its activations"):
        load_network(path)
    save_file({"layer.0.W": torch.zeros(2, 2)}, path, {"header": "[1, 2]"})
    with pytest.raises(WeightsError, match="holds no names"):
        load_network(path)
    save_file({"layer.0.W": torch.zeros(2, 2)}, path, {"header": json.dumps({"activations": ["sigmoid"]})})
    with pytest.raises(WeightsError, match="lacks"):
        load_network(path)
    save_file(
        {"layer.0.W": torch.zeros(2, 2), "layer.0.b": torch.zeros(3, 1)},
        path,
        {"header": json.dumps({"activations": ["sigmoid"]})},
    )
    with pytest.raises(WeightsError, match="do not fit"):
        load_network(path)
    whole = {"layer.0.W": torch.ones(2, 2).int(), "layer.0.b": torch.zeros(2, 1).int()}
    save_file(whole, path, {"header": json.dumps({"activations": ["sigmoid"]})})
    with pytest.raises(WeightsError, match="not floating-point"):
        load_network(path)


def test_a_file_that_the_system_does_not_give_is_told_with_its_reason(tmp_path, monkeypatch):
    path = tmp_path / "n.safetensors"
    save_network(path, network())

    def refused(*_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(path), "open", refused)
    with pytest.raises(WeightsError, match=r"^n\.safetensors cannot be read: Permission denied$"):
        load_network(path)


def test_the_shipped_models_have_the_lectures_shapes_and_fit_in_five_megabytes():
    shapes = {"goal1": (12288, 1), "goal2": (12288, 3), "goal3": (12288, 3), "network": (12288, 64, 32, 3)}
    shapes |= {"three_layers": (12288, 3, 2, 1), "patches": (48, 32, 48, 96, 128, 192, 192, 64, 3)}
    for name in MODELS:
        model = load_model(name)
        assert model.sizes == shapes[name]
        assert model.layers[-1].activation is (SOFTMAX if name == "goal3" else SIGMOID)
        assert all(p.isfinite().all() for layer in model.layers for p in (layer.W, layer.b))
    assert load_model("goal1").parameter_count == 12_289
    assert load_model("three_layers").parameter_count == 3 * 12288 + 14 == 36_878
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 5_000_000


def test_half_is_half_and_anyone_may_read_it(tmp_path):
    network = initialise((40, 3), generator=torch.Generator().manual_seed(0))
    path = tmp_path / "n.safetensors"
    save_network(path, network, half=True)
    assert all(t.dtype == torch.float16 for t in read_tensors(path)[0].values())
    back = load_network(path).layers[0].W
    assert back.dtype == torch.float32 and torch.equal(back, network.layers[0].W.half().float())
    assert path.stat().st_mode & 0o777 == 0o644
