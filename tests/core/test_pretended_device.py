"""What lies on an accelerator meets nothing else, tested where there is none: CUDA and MPS are pretended."""

import json
from functools import partial

import pytest
import torch
from torch.testing import assert_close

from core.activations import RELU
from core.balls import render, rendering
from core.commands import main
from core.descent import Descent
from core.device import default_device, device_named
from core.experiments import compute
from core.experiments.machine import this_machine
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY, LOSSES
from core.network import backpropagate, propagate
from core.patch_training import ANY_NUMBER, MOST_ALIKE
from core.weights import load_model
from tests.core.folder_of_photos import write_photos
from tests.core.pretended import pretended


@pytest.fixture(params=["cuda", "mps"])
def device(request):
    with pretended(request.param) as there:
        yield there


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    return write_photos(tmp_path_factory.mktemp("photos"), 8)


def dice(seed):
    return torch.Generator().manual_seed(seed)


def test_what_it_refuses(device):
    there, here = torch.ones(3, 4, device=device), torch.ones(3, 4)
    for mixed in (lambda: there + here, lambda: there @ here.T, lambda: torch.stack([there, here])):
        with pytest.raises(RuntimeError, match="same device"):
            mixed()
    with pytest.raises(TypeError, match="numpy"):
        there.numpy()
    assert (there + 1).device == there[torch.tensor([0])].device == here.to(there).device == device
    assert there.cpu().device.type == "cpu" and there.to(device) is there and float(there.sum()) == 12
    if device.type == "mps":
        with pytest.raises(TypeError, match="float64"):
            here.double().to(device)


def test_it_is_the_default_and_has_a_name(device):
    assert default_device().type == device_named(device.type).type == device.type


@pytest.mark.parametrize("name", LOSSES)
def test_propagation_there_and_back(device, name):
    loss = LOSSES[name]
    start = initialise((300, 16, 8, 3), (RELU, RELU, loss.activation), how="he", generator=dice(0))
    X, Y = torch.randn(300, 32, generator=dice(1)), torch.randint(0, 2, (3, 32), generator=dice(2)).float()
    here = backpropagate(start, propagate(start, X), Y, loss)
    away = start.to(device)
    there = backpropagate(away, propagate(away, X.to(device)), Y.to(device), loss)
    for a, b in zip(here.W + here.b, there.W + there.b, strict=True):
        assert b.device == device
        assert_close(a, b.cpu())


@pytest.mark.parametrize("optimiser", ["plain", "momentum", "adam"])
def test_a_run_on_photos_saved_there_continues_there_bit_for_bit(device, optimiser, tmp_path):
    photos = torch.randint(0, 256, (96, 64, 64, 3), generator=dice(3)).to(torch.uint8)
    Y = torch.randint(0, 2, (3, 96), generator=dice(4)).float()
    start = initialise((12_288, 3), generator=dice(5), device=device)
    options = {"loss": BINARY_CROSS_ENTROPY, "learning_rate": 1e-4, "batch_size": 20, "optimiser": optimiser}
    whole, part = Descent(start, photos, Y, l2=0.1, **options), Descent(start, photos, Y, l2=0.1, **options)
    on_cpu = Descent(start.to("cpu"), photos, Y, l2=0.1, **options)
    for _ in range(7):
        whole.step(), part.step(), on_cpu.step()
    part.save(tmp_path / "run.safetensors")
    part = Descent.load(tmp_path / "run.safetensors", photos.to(device), Y.to(device))
    for _ in range(7):
        assert whole.step() == part.step()
        on_cpu.step()
    assert whole.network.layers[0].W.device == part.network.layers[0].W.device == device
    assert torch.equal(whole.network.layers[0].W.cpu(), part.network.layers[0].W.cpu())
    assert_close(whole.network.layers[0].W.cpu(), on_cpu.network.layers[0].W, rtol=1e-4, atol=1e-6)


on = partial(pytest.mark.parametrize, indirect=["device"])  # on one, where both go one way and it is dear


@on("device", ["mps"])
@pytest.mark.parametrize("recipe", [ANY_NUMBER, MOST_ALIKE])
def test_the_same_photos_are_rendered_there(device, recipe):
    """None was, on MPS: the places of the prints were sent there in float64."""
    here, there = (render(5, range(12), recipe, device=one) for one in ("cpu", device))
    assert there.pixels.device == there.Y.device == device
    assert_close(there.Y.cpu(), here.Y)
    assert (there.pixels.cpu().int() - here.pixels.int()).abs().max() <= 1


@on("device", ["mps"])
def test_photos_are_judged_there(device, photos, capsys):
    some = [str(path) for path in sorted(photos.glob("*/*.jpg"))[:2]]
    answers = []
    for name in ("cpu", device.type):
        assert main(["predict", *some, "--json", "--device", name]) == 0
        answers.append([json.loads(line) for line in capsys.readouterr().out.splitlines()])
    for here, there in zip(*answers, strict=True):
        assert here["photo"] == there["photo"]
        for model in ("goal1", "goal2", "goal3", "network"):
            assert there[model] == pytest.approx(here[model], abs=1e-4)
    assert main(["accuracy", "--photos", str(photos), "--json", "--device", device.type]) == 0
    assert main(["accuracy", "--rendered", "4", "--device", device.type]) == 0
    assert load_model("patches", device=device).layers[0].W.device == device


@on("device, model", [("cuda", "goal2"), ("mps", "patches")])
def test_photos_of_a_folder_are_learned_there(device, model, photos, tmp_path, capsys):
    out = tmp_path / "own.safetensors"
    few = ["--epochs", "1", "--rendered", "16", "--out", str(out)]
    assert main(["train", model, "--photos", str(photos), *few, "--device", device.type]) == 0
    photo = str(next(photos.glob("soccer/*.jpg")))
    assert main(["predict", photo, "--weights", str(out), "--device", device.type]) == 0


@on("device", ["mps"])
def test_a_head_learns_there_by_default(device, tmp_path, capsys):
    assert main(["train", "goal1", "--rendered", "32", "--tested", "8", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "goal1.safetensors").exists()


def test_rates_are_measured_there(device, monkeypatch):
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _: None)
    monkeypatch.setattr(torch.mps, "synchronize", lambda: None)
    rates = list(compute.rates(device, ("batched", "looped"), (1, 4), spent=0.0))
    assert [(rate.device, rate.batch) for rate in rates] == 2 * [(str(device), 1), (str(device), 4)]


def test_a_rate_names_the_device_as_it_was_asked_for(device, monkeypatch, capsys):
    """Why now looks for the lines of "mps", as the machine names it; torch calls it "mps:0"."""
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _: None)
    monkeypatch.setattr(torch.mps, "synchronize", lambda: None)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "A card")
    ((name, _),) = this_machine().accelerators
    threads = torch.get_num_threads()
    try:
        assert compute.main(["--device", name, "--how", "batched", "--batches", "1", "--spent", "0"]) == 0
    finally:
        torch.set_num_threads(threads)
    assert json.loads(capsys.readouterr().out)["device"] == name


@on("device", ["mps"])
def test_an_accelerator_is_trusted_with_photos_only_where_it_renders_the_same(device, monkeypatch):
    assert rendering.rendering_device() == default_device()
    right = rendering.develop

    def wrong(display):
        return right(display) + (3 if display.device == device else 0)

    def missing(display):
        if display.device == device:
            raise NotImplementedError("The operator 'aten::rare' is not implemented for this device")
        return right(display)

    forgetful = rendering.renders_the_same.__wrapped__  # what has been seen is remembered
    monkeypatch.setattr(rendering, "renders_the_same", forgetful)
    for faulty in (wrong, missing):
        monkeypatch.setattr(rendering, "develop", faulty)
        assert rendering.rendering_device().type == "cpu"
