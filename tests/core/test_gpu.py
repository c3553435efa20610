"""The same numbers on a GPU as on the CPU, to float32's rounding; skipped where there is no GPU."""

import pytest
import torch
from torch.testing import assert_close

from core.activations import RELU, SOFTMAX
from core.descent import Descent
from core.device import default_device
from core.initialisation import initialise
from core.losses import LOSSES
from core.network import backpropagate, propagate

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(default_device().type == "cpu", reason="no GPU on this machine"),
]


def dice(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", LOSSES)
def test_propagation_there_and_back(name):
    loss, device = LOSSES[name], default_device()
    start = initialise((12_288, 64, 32, 3), (RELU, RELU, loss.activation), how="he", generator=dice(0))
    X = torch.randn(12_288, 32, generator=dice(1))
    Y = torch.randint(0, 2, (3, 32), generator=dice(2)).float()
    here = backpropagate(start, propagate(start, X), Y, loss)
    away = start.to(device)
    there = backpropagate(away, propagate(away, X.to(device)), Y.to(device), loss)
    for a, b in zip(here.W + here.b, there.W + there.b, strict=True):
        assert b.device.type == device.type
        assert_close(a, b.cpu(), rtol=2e-3, atol=2e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_finite_at_ten_thousand(name):
    Z = torch.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4], [0.0, 1e4, 1e4]], device=default_device())
    Y = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]], device=default_device())
    assert LOSSES[name](Z, Y).isfinite().all() and LOSSES[name].derivative(Z, Y).isfinite().all()
    assert SOFTMAX(Z).isfinite().all()


def test_a_run_saved_there_continues_there_bit_for_bit(tmp_path):
    device = default_device()
    photos = torch.randint(0, 256, (96, 64, 64, 3), generator=dice(3)).to(torch.uint8).to(device)
    Y = torch.randint(0, 2, (3, 96), generator=dice(4)).float().to(device)
    start = initialise((12_288, 3), generator=dice(5), device=device)
    options = {"loss": LOSSES["binary"], "learning_rate": 1e-4, "batch_size": 20, "optimiser": "adam"}
    whole, part = Descent(start, photos, Y, **options), Descent(start, photos, Y, **options)
    for _ in range(7):
        whole.step(), part.step()
    part.save(tmp_path / "run.safetensors")
    part = Descent.load(tmp_path / "run.safetensors", photos, Y)
    for _ in range(7):
        assert whole.step() == part.step()
    assert torch.equal(whole.network.layers[0].W, part.network.layers[0].W)
