"""Why the bend, why random starts, without a browser: the parts of the page, and their words."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.activations import IDENTITY, RELU, SIGMOID, TANH
from core.experiments.symmetry import SymmetryProgress, symmetry
from core.initialisation import initialise
from core.network import Network, propagate
from core.pixels import N, flatten
from tests.pages.jobs import run_to_the_end
from ui import shared
from ui.controls import ChosenPhoto
from ui.hidden_layers.forward_flow import contents as flow_contents
from ui.hidden_layers.forward_flow import held_neuron
from ui.hidden_layers.random_starts import before, contents, from_three_starts, sign, starts_so_far, verdict
from ui.hidden_layers.why_layers import ENOUGH, badge, in_words, straighten
from ui.hidden_layers.why_layers import contents as why_contents
from ui.numbers import small
from ui.pictures import signed_rgb
from ui.renderings import Waiting


@pytest.fixture(scope="module")
def x():
    pixels = torch.randint(0, 256, (64, 64, 3), generator=torch.Generator().manual_seed(7)).to(torch.uint8)
    return flatten(pixels)


def network(*widths, bend=RELU):
    dice = torch.Generator().manual_seed(1)
    bends = (bend,) * (len(widths) - 1)
    return initialise((12288, *widths), (*bends, SIGMOID), how="he", generator=dice)


@pytest.mark.parametrize("bend", [RELU, TANH, IDENTITY])
@pytest.mark.parametrize("widths", [(5, 3), (64, 32, 3), (9, 8, 7, 3)])
def test_any_network_collapses_and_its_bends_change_the_answer(x, widths, bend, few_photos):
    given = network(*widths, bend=bend)
    trace = propagate(given, x)
    one = straighten(given, x)
    assert one.apart < ENOUGH
    torch.testing.assert_close(one.z, one.z_layer)
    header, pictures = why_contents(given, trace, one, (256, 2e-15), few_photos[0])
    assert header["holds"] and pictures.shape == (3, 12288) and pictures.dtype == np.uint8
    same = np.allclose(header["z_bent"], header["z_linear"], rtol=1e-3)
    assert same == (bend is IDENTITY)
    assert not why_contents(given, trace, one, (256, 2e-6), few_photos[0])[0]["holds"]
    text = in_words(given, trace, None)
    assert f"{given.parameter_count:,}" in text and "one layer of 36,867" in text
    if bend is RELU:
        silent = [int((A == 0).sum()) for A in trace.A[1:-1]]
        assert all(f"{count} of {k}" in text for count, k in zip(silent, widths, strict=False))


def test_relu_breaks_the_product_only_where_it_changes_its_mind(x):
    """A network from zeros, and one of neurons that are always on, are one matrix for all photos."""
    given = network(6, 3)
    X = torch.cat([x, -x], dim=1)
    assert "ReLU breaks the product" in in_words(given, propagate(given, x), propagate(given, X))
    for b in (-1e6, 1e6):  # off and on, whatever comes
        still = Network((replace(given.layers[0], b=torch.full((6, 1), b)), given.layers[1]))
        text = in_words(still, propagate(still, x), propagate(still, X))
        assert "one matrix for all of them" in text and "breaks" not in text
        assert f"{6 if b < 0 else 0} of 6" in text
    assert "ReLU can break the product" in in_words(given, propagate(given, x), None), "nothing is seen yet"
    others = propagate(given, torch.cat([-x, -x], dim=1))  # alike, but not like the chosen one
    assert "ReLU breaks the product" in in_words(given, propagate(given, x), others)


def test_weights_that_are_zero_give_the_same_answer_with_an_activation_and_without():
    x = torch.rand(N, 1)
    zeros = initialise((N, 4, 3), (SIGMOID, SIGMOID), how="zeros")
    assert "changes nothing: z is the same" in in_words(zeros, propagate(zeros, x), None)
    equal = initialise((N, 4, 3), (SIGMOID, SIGMOID), how="equal")
    assert "give other answers" in in_words(equal, propagate(equal, x), None)


def test_the_badge_says_what_it_has_compared(few_photos):
    training = few_photos[0]
    training.wait(60)
    assert "".join(badge(1e-15, (256, 3e-15), training)).endswith("3·10⁻¹⁵ on 256 photos, measured now.")
    assert "as soon as they are rendered" in "".join(badge(1e-15, None, training))


def test_small_numbers():
    shown = [small(v) for v in (0, 2.1e-9, 9e-4, 0.004, 0.0864)]
    assert shown == ["0", "2·10⁻⁹", "9·10⁻⁴", "0.004", "0.086"]


@pytest.fixture(scope="module")
def run():
    dice = torch.Generator().manual_seed(1)
    photos = torch.randint(0, 256, (40, 64, 64, 3), generator=dice).to(torch.uint8)
    Y = (torch.rand(3, 40, generator=dice) > 0.5).float()
    return list(symmetry(photos, Y, steps=12, every=4))


def test_the_words_say_what_was_measured(run):
    last = run[-1]
    equal, zeros, random = last.runs

    def said(**changed):
        runs = tuple(replace(r, **changed.get(r.start, {})) for r in last.runs)
        return verdict(SymmetryProgress(12, 12, last.looks, runs), "relu")

    assert "to the last bit" in said(equal={"apart": 0.0})
    assert "2·10⁻⁹, is **rounding**" in said(equal={"apart": 2e-9})
    assert "nothing moves but" in said() and "ReLU" in said()
    assert "${a^{[1]} = 0}$" in said() and "\u2081" not in said(), "a subscript is a neuron's, not a layer's"
    assert "σ(0)\u00a0=\u00a0½" in said(zeros={"learned": torch.full((4, 12288), 1e-3)})
    assert f"J\u00a0=\u00a0{equal.costs[-1]:.2f} against {random.costs[-1]:.2f}" in said()
    assert zeros.moved == 0


def test_a_run_that_is_stopped_before_its_first_steps_has_no_verdict(run, monkeypatch):
    """With σ the weights from zeros do move; that they have not yet says nothing."""
    said = []
    monkeypatch.setattr("ui.hidden_layers.random_starts.st.markdown", said.append)
    monkeypatch.setattr("ui.hidden_layers.random_starts._starts", lambda **_: None)
    monkeypatch.setattr("ui.hidden_layers.random_starts.st.progress", lambda *_, **__: None)
    for progress in (run[0], run[-1]):
        starts_so_far(SimpleNamespace(latest=progress, done=True, waiting=False, error=None), "sigmoid")
    assert len(said) == 1, "of the whole run alone"


def test_the_pictures_show_what_was_learned_on_one_scale(run):
    begun, last = run[0], run[-1]
    header, pictures = contents(last)
    scale = float(header["scale"][2].split()[0])
    for now, first, shown in zip(last.runs, begun.runs, pictures, strict=True):
        learned = (now.W - first.W).numpy()
        expected = np.stack([signed_rgb(w, scale).reshape(-1) for w in learned])
        np.testing.assert_array_equal(shown, expected)
    assert "W − W at step 0" in header["what"]
    assert [r["sign"] for r in header["runs"]] == ["=", "=", "≠"]
    assert sign(replace(last.runs[0], apart=1e-9)) == "≈"
    start, noise = contents(begun)
    assert "before anything is learned" in start["what"] and len(np.unique(noise[2])) > 200


def test_pictures_of_equal_neurons_are_equal(run):
    header, pictures = contents(run[-1])
    assert pictures.shape == (3, 4, 12288)
    assert (pictures[0] == pictures[0, :1]).all() and (pictures[1] == 128).all()
    assert len({row.tobytes() for row in pictures[2]}) == 4
    assert [r["start"] for r in header["runs"]] == ["equal", "zeros", "random"]
    start, _ = contents(before("tanh"))
    assert start["looks"] == [] and all(r["costs"] == [] for r in start["runs"])


def test_the_job_waits_for_its_photos_and_can_be_stopped(few_photos):
    training = few_photos[0]
    steps = from_three_starts(training, "sigmoid")
    first = next(value for value in steps if not isinstance(value, Waiting))
    assert first.step == 0
    steps.close()


def test_the_flow_is_given_every_layer(x):
    given = network(7, 6, 5, 3, bend=TANH)
    pixels = np.zeros((64, 64, 3), np.uint8)
    photo = ChosenPhoto(pixels, None, "your photo", None, None, True)
    trace = propagate(given, x)
    header, arrays = flow_contents(given, trace, photo)
    assert header["y"] is None and header["sizes"] == [12288, 7, 6, 5, 3]
    assert arrays["w_pictures"].shape == (7, 12288) and "W1" not in arrays and arrays["W4"].shape == (3, 5)
    patches = arrays["patches"].reshape(7, -1).sum(axis=1) + given.layers[0].b.flatten().numpy()
    np.testing.assert_allclose(patches, trace.Z[0].flatten().numpy(), rtol=1e-3, atol=1e-3)
    again, _ = flow_contents(given, trace, photo)
    other, _ = flow_contents(given, propagate(given, -x), photo)
    assert again["run"] == header["run"] != other["run"]


@pytest.mark.parametrize(
    ("link", "held"),
    [
        ("2-7", [1, 6]),
        ("3-3", [2, 2]),
        ("3-4", None),
        ("0-1", None),
        ("1-0", None),
        ("a,b", None),
        (None, None),
    ],
)
def test_the_link_names_a_neuron_that_exists(link, held):
    assert held_neuron(link, (12288, 64, 32, 3)) == held


def test_a_broken_link_is_said_so(open_page, few_photos):
    app = open_page("hidden_layers", flow="9-9")
    assert any("flow=LAYER-NEURON" in info.value for info in app.info)
    for edges, said in (("100", False), ("0", False), ("201", True), ("six", True)):
        app = open_page("hidden_layers", edges=edges)
        assert any("**edges** needs to be" in toast.value for toast in app.toast) == said, edges


def test_both_parts_on_the_page(open_page, few_photos):
    few_photos[0].wait(60)
    app = open_page("hidden_layers", photo="64-3", starts_bend="tanh")
    headers = [header.value for header in app.header]
    assert headers[-2:] == ["Why it needs the non-linearity", "Why it needs random starts"]
    text = " ".join(m.value for m in app.markdown)
    assert f"{shared.model('network').parameter_count:,} parameters" in text
    run_to_the_end(app, "three starts")
    assert any("of the equal start" in m.value for m in app.markdown)
