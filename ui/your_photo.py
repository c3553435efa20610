"""What the shipped models say of one photo, ready to be shown: probabilities, sentences, evidence pictures.

    neuron    z = Σ w∘x + b: the picture of w∘x, summed over R, G and B, shows where the evidence lies
    network   x ∘ ∂z/∂x, the linear part of z around this photo, which does not add up to z

Shapes: a photo is uint8 (64, 64, 3), an evidence picture (64, 64).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.balls import KINDS
from core.heads import evidence, network_evidence, probabilities
from core.network import Network, propagate
from core.pixels import flatten, unflatten
from ui.numbers import signed
from ui.packing import joined, pack
from ui.pictures import diverging
from ui.theme import BALL_COLOURS, BALL_NAMES, DIVERGING
from ui.words import listed

TITLES = {"goal1": "Goal 1", "goal2": "Goal 2", "goal3": "Goal 3", "network": "Three-layer network"}
FORMULAS = {
    "goal1": "ŷ = σ(wx + b)",
    "goal2": "ŷ = σ(Wx + b), three neurons apart",
    "goal3": "ŷ = softmax(Wx + b)",
    "network": "ŷ = σ(W₃a₂ + b₃), two hidden layers",
}
MUST_CHOOSE = (
    "Softmax must choose: its outputs sum to 1, so two balls have to share, "
    "and a photo without any gets an answer too."
)
LINEAR_PART = (
    "The pictures are x ∘ ∂z/∂x, the network's linear part around this photo; "
    "unlike w∘x they do not add up to z."
)


@dataclass(frozen=True)
class Answer:
    """One model's word on a photo. p, z (k,) and b (k,); evidence (k, 64, 64), summed over R, G, B."""

    model: str
    p: NDArray[np.float32]
    z: NDArray[np.float32]
    b: NDArray[np.float32]
    evidence: NDArray[np.float32]

    @property
    def seen(self) -> list[str]:
        """The balls that the model sees: those above ½; of a distribution the likeliest one."""
        names = [BALL_NAMES[kind] for kind in KINDS[: len(self.p)]]
        if self.model == "goal3":
            return [names[int(self.p.argmax())]]
        return [name for name, p in zip(names, self.p, strict=True) if p > 0.5]

    @property
    def sentence(self) -> str:
        """ "Goal 2 says: soccer ball and baseball." """
        if self.model == "goal1":
            words = "a soccer ball" if self.seen else "no soccer ball"
        else:
            words = listed(self.seen)
        return f"{TITLES[self.model]} says: {words or 'none of the three balls'}."


def clearest(models: Sequence[Network], photos: NDArray[np.uint8], Y: NDArray[np.float32]) -> int:
    """Which photo the models answer best: where their worst output is farthest on the right side of ½.

    Shapes: photos uint8 (m, 64, 64, 3), Y (3, m); a model with one output is asked for the first label.
    """
    pixels = torch.from_numpy(np.array(photos))
    Y_hat = [probabilities(model, pixels).numpy() for model in models]  # (3, m) or (1, m) each
    return int(np.concatenate([(2 * Y[: len(y)] - 1) * (y - 0.5) for y in Y_hat]).min(axis=0).argmax())


def ask(name: str, model: Network, photo: NDArray[np.uint8]) -> Answer:
    """Shapes: photo uint8 (64, 64, 3)."""
    x = flatten(torch.from_numpy(np.array(photo)))  # (12288, 1)
    trace = propagate(model, x)
    last = model.layers[-1]
    outputs = range(last.W.shape[0])
    if len(model.layers) == 1:
        parts = [evidence(last.W[k], x) for k in outputs]  # k × (12288,)
    else:
        parts = [network_evidence(model, x, k) for k in outputs]
    pictures = unflatten(torch.stack(parts)).sum(dim=-1)  # (k, 64, 64)
    return Answer(
        name, trace.Y_hat[:, 0].numpy(), trace.Z[-1][:, 0].numpy(), last.b[:, 0].numpy(), pictures.numpy()
    )


_answers = joined("answers", "unpack", "elements", "pictures", "answers")


def answers(key: str, given: list[Answer]) -> None:
    """Mount the cards, one a model."""
    header, pictures = described(given)
    _answers(key=key, data=pack(header, {"evidence": pictures}))


def described(given: list[Answer]) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """The cards in words and numbers, and all evidence pictures, R, G, B, one after the other."""
    models, pictures = [], []
    for answer in given:
        # A few pixels are far stronger than all others; on their scale the rest would be blank.
        scale = float(np.quantile(np.abs(answer.evidence), 0.99)) or 1.0
        neurons = []
        for k, kind in enumerate(KINDS[: len(answer.p)]):
            neurons.append(_neuron(answer, k, kind) | {"at": sum(picture.size for picture in pictures)})
            pictures.append(diverging(answer.evidence[k], scale))
        models.append(
            {
                "title": TITLES[answer.model],
                "formula": FORMULAS[answer.model],
                "says": answer.sentence,
                "half": answer.model != "goal3",
                "sum": _sum(answer),
                "note": {"goal3": MUST_CHOOSE, "network": LINEAR_PART}.get(answer.model, ""),
                "scale": f"{scale:#.2g}",
                "neurons": neurons,
            }
        )
    return {"models": models, "stops": list(DIVERGING)}, np.stack(pictures)


def _neuron(answer: Answer, k: int, kind: str) -> dict[str, Any]:
    name, p, z, b = BALL_NAMES[kind], float(answer.p[k]), float(answer.z[k]), float(answer.b[k])
    total = float(answer.evidence[k].sum())
    if answer.model == "network":
        reading, picture = f"z = {signed(z)}", "x ∘ ∂z/∂x"
    else:
        reading, picture = f"Σ w∘x {signed(total)}, b {signed(b)} → z = {signed(z)}", "w ∘ x"
    return {
        "name": name,
        "colour": BALL_COLOURS[kind],
        "p": round(p, 6),
        "percent": percent(p),
        "yes": name in answer.seen,
        "z": reading,
        "alt": f"Evidence {picture} of {TITLES[answer.model]}, {name}: green speaks for it, violet against.",
    }


def _sum(answer: Answer) -> str:
    if answer.model == "goal1":
        return ""
    remark = "as always" if answer.model == "goal3" else "free to be anything from 0 to 3"
    return f"Σ ŷ = {float(answer.p.sum()):.2f}, {remark}"


def percent(p: float) -> str:
    """0.973 → "97 %"; never "0 %" or "100 %" for what a sigmoid only comes close to."""
    return "< 1 %" if p < 0.01 else "> 99 %" if p > 0.99 else f"{100 * p:.0f} %"
