"""The peer: the same descent in torch.nn, autograd and torch.optim, as its own documentation advises it."""

import torch
from torch import Tensor

from core.activations import RELU
from core.network import Network

OPTIMISERS = {"plain": torch.optim.SGD, "adam": torch.optim.Adam}


class TorchDescent:
    """Mini-batches of rows, the summed loss of yes-or-no outputs over the batch, its cost read every step.

    Shapes: rows (M, n) uint8 or floats, Y (k, M). start: the network to begin from, ReLU between its layers.
    """

    def __init__(
        self, start: Network, rows: Tensor, Y: Tensor, *, rate: float, batch: int, optimiser: str = "plain"
    ) -> None:
        self.rows, self.labels, self.batch = rows, Y.T.contiguous(), batch  # labels (M, k)
        self.linears = []
        for layer in start.layers:
            linear = torch.nn.Linear(layer.W.shape[1], layer.W.shape[0])
            with torch.no_grad():
                linear.weight.copy_(layer.W)
                linear.bias.copy_(layer.b[:, 0])
            self.linears.append(linear)
        assert all(layer.activation is RELU for layer in start.layers[:-1])
        parts = [self.linears[0], *(part for later in self.linears[1:] for part in (torch.nn.ReLU(), later))]
        self.model = torch.nn.Sequential(*parts)
        self.loss = torch.nn.BCEWithLogitsLoss(reduction="sum")
        self.optimiser = OPTIMISERS[optimiser](self.model.parameters(), lr=rate)
        self.epoch, self.batches = 0, iter(())

    def step(self) -> float:
        """One mini-batch; its cost before the update."""
        places = next(self.batches, None)
        if places is None:
            order = torch.randperm(len(self.rows), generator=torch.Generator().manual_seed(self.epoch))
            self.epoch, self.batches = self.epoch + 1, iter(order.split(self.batch))
            places = next(self.batches)
        x = self.rows.index_select(0, places)  # (batch, n)
        if x.dtype == torch.uint8:
            x = x.float().div_(127.5).sub_(1)
        self.optimiser.zero_grad(set_to_none=True)
        J = self.loss(self.model(x), self.labels.index_select(0, places)) / len(places)
        J.backward()
        self.optimiser.step()
        return J.item()
