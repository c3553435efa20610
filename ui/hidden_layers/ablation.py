"""Hidden neurons switched off by hand, and what the outputs and the test accuracy lose."""

from collections.abc import Sequence

import streamlit as st
from torch import Tensor

from core.hidden_neurons.ablation import switched_off
from core.hidden_neurons.effective_weights import effective_weights
from core.hidden_neurons.importance import Importance
from core.network import Network, Trace
from core.scores import accuracy
from ui.components import load
from ui.controls import choose_one
from ui.fragments import fragment
from ui.hidden_layers.hidden_study import Study
from ui.hidden_layers.neuron_card import COLOURS, NAMES
from ui.hidden_layers.walls import choose_layer, layer_name
from ui.hidden_layers.weight_wall import PLAIN, Hand, Order, Wall, beside, ends, weight_pixels, weights_scale
from ui.links import led_back, note
from ui.numbers import percent
from ui.theme import BALL_NAMES
from ui.words import counted, listed, plural

INSTEAD = {"0": "zero", "its mean": "mean"}
LOST = "answers lost without it"
OFF = "hidden:off"  # in session_state: {network: {layer: neurons}}
Off = dict[int, tuple[int, ...]]

_ablation = load("elements", "numbers", "hidden_layers/ablation")


@fragment
def ablation(network: Network, study: Study, trace: Trace, label: Sequence[float] | None, name: str) -> None:
    """trace: the chosen photo's; label: its own, or None."""
    hidden = range(1, len(network.layers))
    if not hidden:
        st.info("This network has no hidden neurons to switch off.")
        return
    off = _remembered(network, name)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        layer = choose_layer(network, 1, len(hidden), 1, "off_layer")
        instead = INSTEAD[
            choose_one(
                "A switched-off neuron says",
                tuple(INSTEAD),
                "0",
                "off_says",
                help="With 0, a neuron that always says about the same takes a constant away, too. With its "
                "mean over the test photos, only what it tells about this photo is lost.",
            )
        ]
    V = (study.mean_weights or effective_weights(network))[layer - 1]
    scale = weights_scale(V)
    known = study.importance[instead][layer - 1] if study.importance else None
    wall = Wall(
        of=f"{name}:{layer}",
        label=f"{layer_name(network, layer)}: neurons to switch off",
        pictures=weight_pixels(V, scale),
        legend="weight of each pixel and colour" + (", through the hidden layers" if layer > 1 else ""),
        scale=ends(scale),
        orders=lost_orders(known),
        first=Hand(st.query_params.get("off_sort", "plain"), off=off.get(layer, ())),
        mode="switch",
        stays=True,
        hint=f"All neurons{' of this layer' * (len(hidden) > 1)} are on. Choose one to switch it off.",
    )
    for other in hidden:  # a wall that is not shown forgets its hand, and begins with what is remembered
        if other != layer:
            st.session_state.pop(f"hidden_off_{other}:first", None)
    with beside("off"):
        hand = wall.show(f"hidden_off_{layer}")
        off = {l: neurons for l, neurons in {**off, layer: hand.off}.items() if neurons}  # noqa: E741
        st.session_state.setdefault(OFF, {})[name] = off
        note("off", to_link(off), "")
        note("off_sort", hand.order, "plain")
        with st.container():
            _answer(network, study, trace, label, off, instead)
    if known is not None:
        st.caption(spare_words(known))


def _answer(
    network: Network, study: Study, trace: Trace, label: Sequence[float] | None, off: Off, instead: str
) -> None:
    r = study.replacement(instead)
    _, Y_hat = switched_off(network, trace, off, r)
    before, after = trace.Y_hat.flatten().tolist(), Y_hat.flatten().tolist()
    groups = [
        {
            "title": "This photo: ŷ",
            "percent": False,
            "rows": _rows(network, before, after, label),
        }
    ]
    words = ""
    if study.trace is not None and study.test is not None:
        Y = study.test.Y
        _, Y_less = switched_off(network, study.trace, off, r)
        whole, less = (accuracy(Y_hat, Y, above=0.5) for Y_hat in (study.trace.Y_hat, Y_less))
        rows = _rows(network, whole.tolist(), less.tolist(), None)
        groups.append({"title": f"{Y.shape[1]:,} test photos: answers right", "percent": True, "rows": rows})
        words = sum_words(off, whole, less)
    else:
        groups.append({"title": "Test photos: still being rendered", "percent": True, "rows": []})
    _ablation(key="hidden_off_answer", data={"groups": groups})
    st.markdown(words or "The test accuracy comes with the photos.")


def _rows(
    network: Network, before: Sequence[float], after: Sequence[float], label: Sequence[float] | None
) -> list[dict[str, object]]:
    named = network.sizes[-1] == len(NAMES)
    return [
        {
            "name": NAMES[k] if named else f"output {k + 1}",
            "colour": COLOURS[k % len(COLOURS)],
            "before": b,
            "after": a,
            "label": None if label is None else int(label[k]),
        }
        for k, (b, a) in enumerate(zip(before, after, strict=True))
    ]


def sum_words(off: Off, whole: Tensor, less: Tensor) -> str:
    """What the answers lose, all classes together."""
    count = sum(len(neurons) for neurons in off.values())
    start, now = float(whole.mean()), float(less.mean())
    if not count:
        return f"With every neuron on, **{percent(start, 1)}** of the answers on the test photos are right."
    layers = listed([f"{len(off[layer])} of layer {layer}" for layer in sorted(off)])
    gone = f"**{count}** {plural(count, 'neuron')} off ({layers})"
    lost = round(100 * start, 1) - round(100 * now, 1)
    change = (
        "no more, no less" if abs(lost) < 0.05 else f"{abs(lost):.1f} points {'less' if lost > 0 else 'more'}"
    )
    right = f"**{percent(now, 1)}** of the answers on the test photos are right"
    return f"{gone}: {right}, {change} than with all on."


def lost_orders(known: Importance | None) -> tuple[Order, ...]:
    """By the answers that are lost when a neuron alone is switched off, in points."""
    unit = "of accuracy lost without it"
    total = None if known is None else known.lost.mean(dim=1).tolist()
    each = [
        Order(
            kind,
            name,
            None if known is None else known.lost[:, k].tolist(),
            f"{unit} ({name})",
            percent=True,
            group=LOST,
        )
        for k, (kind, name) in enumerate(BALL_NAMES.items())
    ]
    least = None if total is None else [-v for v in total]
    return (
        PLAIN,
        Order("lost", "most", total, f"{unit}, mean of the classes", percent=True, group=LOST),
        Order("spare", "least", least, f"{unit}, mean of the classes", total, percent=True, group=LOST),
        *each,
    )


def spare_words(known: Importance) -> str:
    """How many of the layer's neurons are missed."""
    lost = known.lost.mean(dim=1)
    free = int((lost <= 0).sum())
    worst = int(lost.argmax())
    most = 100 * float(lost[worst])
    points = f"{most:.1f} points" if most >= 0.05 else "less than 0.1 points"
    if len(lost) == 1:
        costs = "and no answer is lost on balance without it" if free else f"and it costs {points} to lose it"
        return f"It is the only neuron of its layer, {costs}."
    return (
        f"Alone, {free} of {counted(len(lost), 'neuron')} can go and no answer is lost on balance"
        + ("" if free == len(lost) else f"; neuron {worst + 1} costs most, {points}")
        + ". A neuron that is not missed alone may still matter: another one stands in for it. Switch off "
        "several to see."
    )


def to_link(off: Off) -> str:
    """{1: (2, 16), 2: (0,)} → "1.3,1.17,2.1", neurons counted from 1."""
    return ",".join(f"{layer}.{j + 1}" for layer in sorted(off) for j in off[layer])


def from_link(text: str, sizes: Sequence[int]) -> Off | None:
    """The way back for a network of these sizes; None if it is none."""
    found: dict[int, set[int]] = {}
    for part in text.split(",") if len(text) <= 4000 else ["x"]:
        numbers = part.split(".")
        if len(numbers) != 2 or not all(n.isascii() and n.isdecimal() and len(n) <= 4 for n in numbers):
            return None
        layer, neuron = int(numbers[0]), int(numbers[1])
        if not 1 <= layer < len(sizes) - 1 or not 1 <= neuron <= sizes[layer]:
            return None
        found.setdefault(layer, set()).add(neuron - 1)
    return {layer: tuple(sorted(neurons)) for layer, neurons in found.items()}


def _remembered(network: Network, name: str) -> Off:
    """What was off last; at first, and after Back, what the link says. A malformed link gets a notice."""
    kept: dict[str, Off] = st.session_state.setdefault(OFF, {})
    if name not in kept or led_back(OFF):
        text = st.query_params.get("off", "")
        linked = from_link(text, network.sizes) if text else {}
        if linked is None:
            st.info(
                "The link’s switched-off neurons need to be LAYER.NEURON, such as **off=1.3,1.17**, and to "
                "exist. Here all are on.",
                icon=":material/link_off:",
            )
        kept[name] = linked or {}
    return kept[name]
