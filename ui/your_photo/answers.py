"""What the shipped models say of one photo, ready to be shown: probabilities, sentences, evidence pictures.

    neuron    z = wx + b: the picture of w∘xᵀ, summed over R, G and B, shows where the evidence lies
    patches   what each adds to z of the whole photo: a pixel shows the mean of those that hold it;
              a square on it: where a closer look speaks for the ball most

Shapes: a photo is uint8 (64, 64, 3), an evidence picture (64, 64).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.balls import KINDS
from core.closer_look import LEAN, LOOKS, SIDES, WHOLE, Look, closest, combined, each_look, views
from core.heads import evidence
from core.judging import judge_pixels
from core.network import Network, propagate
from core.patches import INPUTS, PATCHES, SEEN, by_pixel, sees_patches, votes
from core.photos import Crops
from core.pixels import SIZE, flatten, unflatten
from ui.components import load
from ui.numbers import adding_up, percent, signed, with_sign
from ui.packing import pack
from ui.pictures import diverging
from ui.theme import BALL_COLOURS, BALL_NAMES, DIVERGING
from ui.undecided import close, tossed, undecided_of
from ui.words import listed, unbroken

TITLES = {"goal1": "Goal 1", "goal2": "Goal 2", "goal3": "Goal 3", "network": "Network on patches"}
FORMULAS = {
    "goal1": "ŷ = σ(wx + b)",
    "goal2": "ŷ = σ(Wx + b), three neurons apart",
    "goal3": "ŷ = softmax(Wx + b)",
    "network": f"ŷ = σ(z), z = ⅔ photo +\u00a0⅓\u00a0closest\u00a0look −\u00a0{LEAN}",
}
MUST_CHOOSE = (
    "Softmax must choose: its outputs sum to 1, so two balls have to share, "
    "and a photo without any gets an answer too."
)
ASIDE = 0.2  # a ball with less than this is not worth a word
VOTES = (
    "Each layer looks at larger patches of the photo; what the last one finds is averaged. A "
    f"pixel shows what the patches of {SEEN} × {SEEN} pixels that hold it add to the photo’s z, on average. "
    "A square marks where a closer look has a larger z."
)
HOW_IT_LOOKS = (
    f"The first layer sees every patch of {PATCHES[0][0]} × {PATCHES[0][0]} pixels, X ({INPUTS}, 961): a "
    "convolution. Each of the next five sees patches of the picture that the one before it makes, 8, 12, 20, "
    "32 and 48 pixels of the photo a side; the page Hidden layers shows what excites them. The sixth’s a[6] "
    "is averaged over its nine places, also of the photo mirrored and of its middle; the two layers above "
    "weigh it up to the photo’s z\u00a0=\u00a0W[8]\u00a0a[7]\u00a0+\u00a0b[8]. Then comes a closer look, at "
    f"{listed(list(map(str, SIDES[1:])))} pixels a side: each of {len(LOOKS) - 1} windows of {SIZE} × {SIZE} "
    "has a z, from its own places. If the largest z is not the photo’s, a square marks where: windows of "
    "that size, averaged by their odds eᶻ. The largest of so many is large even where there is no ball, so "
    f"{LEAN} is taken off."
)


@dataclass(frozen=True)
class Closer:
    """z of the whole photo and the largest z of all looks (k,); where the closest look at each ball is."""

    whole: NDArray[np.float32]
    largest: NDArray[np.float32]
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Answer:
    """One model's word on a photo. p: its ŷ (k,); b (k,); evidence (k, 64, 64), summed over R, G, B.

    whose: "taught" or "from your file" where a network is not the one that ships (ui/your_photo/teaching.py).
    closer: what a network on patches says of the photo as a whole, and of its closest look.
    """

    model: str
    p: NDArray[np.float32]
    b: NDArray[np.float32]
    evidence: NDArray[np.float32]
    whose: str = ""
    closer: Closer | None = None

    @property
    def title(self) -> str:
        """ "Goal 2", "Network on patches, taught"."""
        return TITLES[self.model] + (f", {self.whose}" if self.whose else "")

    @property
    def seen(self) -> list[str]:
        """The balls that the model sees: those above ½; of a distribution the likeliest one."""
        names = [BALL_NAMES[kind] for kind in KINDS[: len(self.p)]]
        if self.model == "goal3":
            return [names[int(self.p.argmax())]]
        return [name for name, p in zip(names, self.p, strict=True) if p > 0.5]

    @property
    def undecided(self) -> list[str]:
        """The balls about which it could as well say the opposite, the likeliest first: ui/undecided.py."""
        return [BALL_NAMES[KINDS[k]] for k in self._undecided]

    @property
    def _undecided(self) -> list[int]:
        return (close if self.model == "goal3" else undecided_of)(self.p.tolist())

    @property
    def shares(self) -> list[float]:
        """p in whole hundredths, as it is shown; those of a distribution add up to 1."""
        if self.model == "goal3":
            texts, _ = adding_up(self.p.tolist(), most=2)
            return [float(text) for text in texts]
        return [math.floor(100 * p + 0.5) / 100 for p in self.p.tolist()]

    @property
    def sentence(self) -> str:
        """ "Goal 2 says: soccer ball and baseball." """
        model = self.title.replace("Network", "The network") + ("," if self.whose else "")
        doubtful = tossed([BALL_NAMES[kind] for kind in KINDS], self.shares, self._undecided)
        sure = [name for name in self.seen if name not in self.undecided]
        if self.model == "goal1":
            words = "a soccer ball" if self.seen else "no soccer ball"
            if doubtful:
                p = percent(float(self.p[0]))
                return f"{model} is undecided ({p}). The rule ŷ\u00a0>\u00a0½ makes it {words}."
        elif self.model == "goal3" and doubtful:
            return f"{model} is undecided: {listed(doubtful, 'or')}."
        elif doubtful and not sure:
            others = "" if len(doubtful) == len(self.p) else " It sees no other ball."
            return f"{model} is undecided: {listed(doubtful)}.{others}"
        else:
            words = listed(sure) or f"none of the three balls{self._if_any}"
            words += f"; undecided: {listed(doubtful)}" if doubtful else ""
        return f"{model} says: {words}."

    @property
    def _if_any(self) -> str:
        """A ball below ½ that is not out of the question: a student's basketball is not just "none"."""
        k = int(self.p.argmax())
        return (
            f"; if any, a {BALL_NAMES[KINDS[k]]} ({percent(float(self.p[k]))})" if self.p[k] >= ASIDE else ""
        )


def clearest(models: Sequence[Network], photos: NDArray[np.uint8], Y: NDArray[np.float32]) -> int:
    """Which photo the models answer best: where their worst output is farthest on the right side of ½.

    Shapes: photos uint8 (m, 64, 64, 3), Y (3, m); a model with one output is asked for the first label.
    """
    pixels = torch.from_numpy(np.array(photos))
    Y_hat = [judge_pixels(model, pixels).numpy() for model in models]  # (3, m) or (1, m) each
    return int(np.concatenate([(2 * Y[: len(y)] - 1) * (y - 0.5) for y in Y_hat]).min(axis=0).argmax())


def ask(name: str, model: Network, photo: Crops, *, whose: str = "") -> Answer:
    """A head's answer, or that of a network on patches.

    Shapes: photo uint8 (side, side, 3) for each of SIDES; a head needs the first alone.
    """
    pixels, last, closer = torch.from_numpy(np.array(photo[0])), model.layers[-1], None
    if sees_patches(model):
        Z = each_look(model, views([photo]))  # (k, 1, looks)
        z = combined(Z)[:, 0]  # (k,)
        closer = Closer(Z[:, 0, 0].numpy(), Z[:, 0].amax(dim=1).numpy(), closest(Z[:, 0]))
        pictures = by_pixel(votes(model, pixels[None])[:, 0])  # (k, 64, 64)
    else:
        x = flatten(pixels)  # (12288, 1)
        z = propagate(model, x).Z[-1][:, 0]  # (k,)
        pictures = unflatten(evidence(last.W, x)).sum(dim=-1)  # (k, 64, 64)
    Y_hat = last.activation(z[:, None])[:, 0]
    return Answer(name, Y_hat.numpy(), last.b[:, 0].numpy(), pictures.numpy(), whose, closer)


def to_look_at(given: Sequence[Answer]) -> Look | None:
    """Where a closer look speaks for the likeliest ball; None where none does, or the whole speaks louder."""
    for answer in given:
        if answer.closer is not None:
            k = int(answer.p.argmax())
            look = answer.closer.looks[k]
            return look if look != LOOKS[0] and answer.closer.largest[k] > 0 else None
    return None


_answers = load("unpack", "elements", "pictures", "your_photo/answers")


def answers(key: str, photo: NDArray[np.uint8], alt: str, given: list[Answer]) -> None:
    """Mount the cards, one a model, each with the photo (64, 64, 3) that was asked about, in words `alt`."""
    header, pictures = described(given)
    _answers(key=key, data=pack(header | {"alt": alt}, {"evidence": pictures, "photo": np.array(photo)}))


def described(given: list[Answer]) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """The cards in words and numbers, and all evidence pictures, R, G, B, one after the other."""
    models = list[dict[str, Any]]()
    pictures = list[NDArray[np.uint8]]()
    for answer in given:
        # A few pixels are far stronger than all others; on their scale the rest would be blank.
        scale = float(np.quantile(np.abs(answer.evidence), 0.99)) or 1.0
        neurons = []
        for k, kind in enumerate(KINDS[: len(answer.p)]):
            neurons.append(_neuron(answer, k, kind) | {"at": sum(picture.size for picture in pictures)})
            pictures.append(diverging(answer.evidence[k], scale))
        models.append(
            {
                "title": answer.title,
                "formula": FORMULAS[answer.model],
                "says": answer.sentence,
                "half": answer.model != "goal3",
                "sum": _sum(answer),
                "note": {"goal3": MUST_CHOOSE, "network": VOTES}.get(answer.model, ""),
                "more": ["How it looks", HOW_IT_LOOKS] if answer.model == "network" else None,
                "scale": f"{scale:#.2g}".removesuffix("."),
                "neurons": neurons,
            }
        )
    return {"models": models, "stops": list(DIVERGING)}, np.stack(pictures)


def _neuron(answer: Answer, k: int, kind: str) -> dict[str, Any]:
    name, p, b = BALL_NAMES[kind], float(answer.p[k]), float(answer.b[k])
    total = float(answer.evidence[k].sum())
    alt, box, where = f"{answer.title}, {name}: green speaks for it, violet against.", None, ""
    if answer.closer is not None:
        reading, picture = _weighed(answer.closer, k), ", patch by patch,"
        look = answer.closer.looks[k]
        if look != LOOKS[0]:
            box, where = [look.left, look.top, look.side], _where(look)
            alt += f" A square marks the closest look, {where}."
    else:
        (total_text, b_text), z_text = adding_up([total, b])
        terms = f"wx {with_sign(total_text)}, b {with_sign(b_text)}"
        reading = f"{terms} →\u00a0z\u00a0=\u00a0{with_sign(z_text)}"
        picture = " w ∘ xᵀ"
    return {
        "name": name,
        "colour": BALL_COLOURS[kind],
        "p": round(p, 6),
        "percent": never_sure(p, answer.shares[k]),
        "yes": name in answer.seen and name not in answer.undecided,
        "z": reading,
        "box": box,
        "where": where,
        "alt": f"Evidence{picture} of {alt}",
    }


def _weighed(closer: Closer, k: int) -> str:
    """ "⅔ photo +0.98, ⅓ closest look +0.53, − 0.64 → z = +0.87": the terms add up as they are shown."""
    terms = WHOLE * float(closer.whole[k]), (1 - WHOLE) * float(closer.largest[k])
    (whole, closest), both = adding_up(terms, most=2)
    return (
        f"⅔\u00a0photo\u00a0{with_sign(whole)}, ⅓ closest look\u00a0{with_sign(closest)}, "
        f"−\u00a0{LEAN:.2f} →\u00a0z\u00a0=\u00a0{signed(float(both) - LEAN)}"
    )


def _where(look: Look) -> str:
    """ "at the top left", "at the right", "in the middle": which ninth of the picture its middle lies in."""
    offs = (round(start + look.side / 2 - 0.5, 9) for start in (look.top, look.left))
    row, column = (1 if abs(off) <= 1 / 6 else 0 if off < 0 else 2 for off in offs)
    named = ("top", "", "bottom")[row], ("left", "", "right")[column]
    return f"at the {' '.join(filter(None, named))}" if any(named) else "in the middle"


def _sum(answer: Answer) -> str:
    if answer.model == "goal1":
        return ""
    remark = "as always" if answer.model == "goal3" else "free to be anything from 0 to 3"
    return unbroken(f"Σ\u00a0ŷ = {sum(answer.shares):.2f}, {remark}")  # of what stands above it


def never_sure(p: float, share: float | None = None) -> str:
    """0.973 → "97 %"; never "0 %" or "100 %" for what a sigmoid only comes close to.

    share: p as it is shown, where that has been settled.
    """
    shown = percent(p if share is None else share)
    return f"< {percent(0.01)}" if p < 0.01 else f"> {percent(0.99)}" if p > 0.99 else shown
