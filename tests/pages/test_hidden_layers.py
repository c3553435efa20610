"""The page "Hidden layers" from app.py without a browser, on few photos; and its words."""

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from functools import cache, partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.activations import IDENTITY, RELU, SIGMOID, TANH
from core.balls import GALLERY_SEED, MIXED, TEST_SEED, TRAIN_SEED, render_many
from core.columns import PhotoColumns
from core.hidden_neurons.ablation import zeros
from core.hidden_neurons.activation_maximisation import Ascent
from core.hidden_neurons.importance import Importance, importance
from core.hidden_neurons.weight_pictures import grain, mirror
from core.hidden_neurons.what_excites import Excitation
from core.initialisation import initialise
from core.live_run.settings import Settings
from core.network import Network, propagate
from core.patch_training import initial
from core.patches import below, floats, propagate_pictures
from core.pixels import flatten
from core.scores import accuracy
from core.weights import load_model
from tests.live_runs import live_of, until
from tests.pages.jobs import button
from ui import renderings, shared
from ui.hidden_layers import (
    excite,
    first_layers,
    hidden_study,
    patch_rows,
    shown_network,
    walls,
    weight_wall,
)
from ui.hidden_layers.ablation import from_link, lost_orders, spare_words, sum_words, to_link
from ui.hidden_layers.excite import Choice, Climb, all_words, climb, climbed_words, why_no_pixel_moves
from ui.hidden_layers.forward_flow import first_layer_pictures
from ui.hidden_layers.hidden_study import Study, fingerprint
from ui.hidden_layers.neuron_card import (
    NAMES,
    Mix,
    _real_photos,
    equation,
    feeds,
    neuron_name,
    on_words,
    shown_words,
)
from ui.hidden_layers.walls import (
    factors_words,
    layer_name,
    measured_words,
    paths_words,
    size_orders,
    surest_of_row,
)
from ui.hidden_layers.weight_wall import photo_pixels, weight_pixels, weights_scale
from ui.pictures import signed_rgb
from ui.server import kept


@pytest.fixture(scope="module", autouse=True)
def few():
    """96 photos, whichever and however many the page would render."""
    photos = renderings.Rendering(TRAIN_SEED, 96, MIXED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renderings, "rendering", lambda *_: photos)
        yield photos


@pytest.fixture(scope="module")
def studied(few):
    """The shipped network's study of these photos."""
    study = Study(load_model("network"), few, few)
    study.wait(120)
    assert study.error is None
    return study


@pytest.fixture
def page(open_page, studied, monkeypatch):
    monkeypatch.setattr(hidden_study, "_study", lambda name, network: studied)
    return partial(open_page, "hidden_layers")


def test_pictures_without_a_picture_are_not_measured():
    """A correlation of 0.00, and 0 % of nothing, were told of grey squares, from equal starts and zeros."""
    W = load_model("network").layers[0].W
    assert measured_words(W).startswith("**Measured on these 64 pictures.** 76")
    for grey in (torch.zeros(3, 12288), torch.full((3, 12288), 1 / 12288)):
        assert measured_words(grey) == (
            "**In each of these pictures all weights are equal**: there is nothing in it to measure."
        )
    some = measured_words(torch.cat([W[:2], torch.zeros(3, 12288)]))
    assert some.startswith("**Measured on the 2 pictures of 5 whose weights are not all equal.** ")
    assert some.partition("** ")[2] == measured_words(W[:2]).partition("** ")[2]


def test_a_layer_that_no_pixel_moves_is_not_said_to_have_climbed(studied):
    dead = initialise((12288, 4, 3), (RELU, SIGMOID), how="zeros")
    *_, last = climb(dead, Choice("", 2, "some", "grey", 0))
    said = all_words(last, studied)
    assert said.endswith("No z has moved: from this start no pixel can.") and "higher" not in said


def test_why_no_pixel_moves_a_neuron_and_what_would_help():
    weightless = initialise((12288, 4, 3), (RELU, SIGMOID), how="zeros")
    for start in ("grey", "noise"):
        for layer in (1, 2):
            said = why_no_pixel_moves(weightless, Choice("", layer, "some", start, 0), 0)
            assert "whatever x is" in said and "Try" not in said, "no other start has weights"
    shut = initialise((12288, 4, 3), (RELU, SIGMOID), how="equal")
    b = torch.full((4, 1), -1e6)
    shut = Network((replace(shut.layers[0], b=b), shut.layers[1]))
    assert why_no_pixel_moves(shut, Choice("", 2, "some", "grey", 0), 0).endswith("is closed. Try noise.")
    assert why_no_pixel_moves(shut, Choice("", 2, "some", "noise", 0), 0).endswith("Try another seed.")


def test_what_is_climbed_is_written_as_below_the_photos(studied):
    *_, last = climb(studied.network, Choice("", 1, "some", "grey", 0))
    climbed, best = climbed_words(last, studied, 0)
    assert "+" not in climbed + best and f"reaches {studied.seen.layers[0].z_most[0, 0]:.1f}." in best


def test_the_study_is_of_these_photos(studied):
    X = flatten(studied.photos.pixels)
    trace = propagate(studied.network, X)
    assert studied.seen.done == studied.seen.count == 96 and studied.done
    for Z, layer in zip(trace.Z, studied.seen.layers, strict=True):
        torch.testing.assert_close(layer.z_most[:, 0], Z.max(dim=1).values, rtol=1e-4, atol=1e-4)
    assert [len(found.size) for found in studied.importance["mean"]] == [64, 32]


def test_a_link_of_another_layer_is_no_mistake(page):
    app = page(later="30")
    app.segmented_control(key="layer").set_value("outputs").run()
    assert not any("link asks" in info.value for info in app.info)


def test_page_runs_and_every_section_is_there(page):
    app = page()
    assert app.title[0].value == "Hidden layers"
    headers = [header.value for header in app.header]
    for words in ("first layer’s weights", "later neuron combines", "would like best", "Switch a neuron off"):
        assert any(words in header for header in headers), (words, headers)
    assert any("12,288 → 64 → 32 → 3" in text.value for text in app.markdown)
    assert any("With every neuron on" in text.value for text in app.markdown)


def test_the_scale_of_a_later_wall_is_its_own_and_beside_it_stands_the_first_layers(
    page, studied, monkeypatch
):
    made, cards = [], []
    monkeypatch.setattr(walls, "Wall", lambda **given: made.append(weight_wall.Wall(**given)) or made[-1])
    monkeypatch.setattr(walls, "neuron_card", lambda *given, **more: cards.append(given))
    page(layer="outputs")
    first, *_, own = map(weights_scale, studied.mean_weights)
    assert first != own and made[-1].scale == weight_wall.ends(own)
    assert f"ends at ±{first:g}, of the sum at ±{own:g}." in cards[-1][3].mix.words


def test_of_a_persons_photo_nothing_is_kept_for_whoever_comes(page, monkeypatch):
    """w ∘ xᵀ of 64 neurons is as good as the photo, and outlived the session in the server's memory once."""
    monkeypatch.setattr(kept, "_kept", OrderedDict())
    app, W = page(), load_model("network").layers[0].W
    rendered = shared.photos(GALLERY_SEED, (surest_of_row(load_model("network")),)).pixels[0]
    own = 255 - rendered
    app.session_state["own_photo"] = own
    app.query_params["photo"] = "own"
    app.run()
    assert not any("Your own photo is not here" in info.value for info in app.info)
    names = [
        hashlib.sha256(
            first_layer_pictures(W, flatten(torch.tensor(photo)))["e_pictures"].tobytes()
        ).hexdigest()
        for photo in (rendered, own)
    ]
    assert [name in kept._kept for name in names] == [True, False]


def test_a_links_neurons_are_off_and_the_answers_are_cores(page, studied):
    app = page(off="1.64,1.38,2.3")
    Y = studied.test.Y
    network = load_model("network")
    A = flatten(studied.test.pixels)
    for l, layer in enumerate(network.layers, start=1):  # noqa: E741
        A = layer.activation(layer.W @ A + layer.b)
        for j in {1: (63, 37), 2: (2,)}.get(l, ()):
            A[j] = 0
    now = 100 * float(accuracy(A, Y, above=0.5).mean())
    said = f"**3** neurons off (2 of layer 1 and 1 of layer 2): **{now:.1f}\u202f%**"
    assert any(said in text.value for text in app.markdown)


def test_a_malformed_link_opens_the_page_and_each_mistake_is_said(page):
    app = page(
        **{"off": "1.65", "neuron": "x", "sort": "<b>", "layer": "7", "paths": "x", "later": "-3"},
        **{"climb_layer": "9", "climb_start": "z", "climb_seed": "1e9", "off_sort": "largest"},
    )
    assert app.title[0].value == "Hidden layers"
    said = [info.value for info in app.info]
    assert any("LAYER.NEURON" in words for words in said)
    first, later, off = (words for words in said if "link asks" in words)
    assert "they count from 1 to 64" in first and "an order that is not there: there are plain" in first
    assert "they count from 1 to 32" in later
    assert off.endswith("that is not there: there are plain, lost, spare, soccer, basketball, baseball.")


def test_a_link_that_asks_for_two_things_in_vain_gets_two_sentences(page):
    (said,) = (info.value for info in page(neuron="9999", sort="xx").info)
    first, second = said.split(". ")
    assert first == "The link asks for a neuron that is not there: they count from 1 to 64"
    assert second.startswith("It asks for an order that is not there: there are plain")


def test_before_the_photos_are_there(open_page, monkeypatch, caplog):
    class Never:
        done, count, photos, error = 3, 96, None, None

        def wait(self, timeout=None):
            time.sleep(timeout)
            raise TimeoutError if over else RuntimeError

    over = True
    study = Study(load_model("network"), Never(), Never())
    monkeypatch.setattr(hidden_study, "_study", lambda name, network: study)
    app = open_page("hidden_layers")
    assert any("comes with the photos" in text.value for text in app.markdown)
    over = False  # what fails ends the study with an error, and the page says so
    study.wait(10)
    app.run()
    assert study.done and any("could not be looked at" in error.value for error in app.error)
    assert "raise TimeoutError if over else RuntimeError" in caplog.text, "the log says where it happened"


@pytest.mark.parametrize("factor", [1.0, 1e14, 1e30])
def test_weights_of_a_file_that_are_too_large_are_told_and_not_shown(
    page, training_page, monkeypatch, factor
):
    """Their z are infinite, which no message to the browser can hold: the page was an error once."""
    live = live_of(training_page())
    drawn = initialise((12288, 6, 5, 3), (RELU, RELU, SIGMOID), generator=torch.Generator().manual_seed(0))
    layers = tuple(replace(layer, W=layer.W * factor) for layer in drawn.layers)
    live.begin_from(Settings(init="file", hidden=(6, 5), activation="relu"), Network(layers))
    photos = renderings.Rendering(TRAIN_SEED, 12, MIXED)

    @cache
    def studied(name: str, network: Network) -> Study:
        (study := Study(network, photos, photos)).wait(60)
        return study

    monkeypatch.setattr(hidden_study, "_study", studied)
    app = page(run=live.key)
    said = [info.value for info in app.info]
    assert any("too large for this page" in words for words in said) == (factor > 1)
    assert any("Your own run" in text.value for text in app.markdown) == (factor == 1)


@pytest.mark.parametrize(("seed", "stands"), [("12.5", 0), ("1000", 0), ("12", None)])
def test_a_seed_of_the_link_that_the_noise_cannot_have_is_said(page, seed, stands):
    said = [toast.value for toast in page(climb_start="noise", climb_seed=seed).toast]
    words = "The link’s **climb_seed** needs to be a whole number from 0 to 999. It stands at"
    assert said == ([] if stands is None else [f"{words} {stands}."])


def test_all_neurons_of_a_layer_climb(page):
    app = page(climb_layer="outputs", climb_smooth="none")
    next(b for b in app.button if b.label == "Let all 3 climb").click().run()
    for _ in range(100):
        job = app.session_state["job:hidden_excite"]
        if job.done:
            break
        time.sleep(0.1)
    app.run()
    end = job.latest.ascent
    assert end.done and (end.z > end.z_start).all() and not app.exception
    assert any("3 neurons, 96 steps" in text.value for text in app.caption)


@pytest.fixture
def slow_climbs(monkeypatch):
    """Climbs that wait at their start until the event is set, with the λ of each that has begun."""
    go_on, begun = threading.Event(), []
    quickly = excite.excite

    def slowly(*given, **named):
        begun.append(named["smooth"])
        for ascent in quickly(*given, **named):
            yield ascent
            go_on.wait(20)

    monkeypatch.setattr(excite, "excite", slowly)
    yield go_on, begun
    go_on.set()


def test_another_smoothness_while_they_climb_begins_anew_with_it(page, slow_climbs):
    """Nothing moved then until the old climb had ended, and there was only a Stop to press."""
    go_on, begun = slow_climbs
    app = page(climb_layer="outputs", climb_smooth="none")
    button(app, "Let all 3 climb").click().run()
    until(lambda: begun == [0.0])
    before = app.session_state["job:hidden_excite"]
    app.segmented_control(key="climb_smooth").set_value("much").run()
    until(lambda: begun == [0.0, 4.0])
    assert not before.goes_on
    app.run()
    assert begun == [0.0, 4.0], "once"
    go_on.set()
    now = app.session_state["job:hidden_excite"]
    until(lambda: now.done and before.done)
    app.run()
    assert now.latest.ascent.done and now.latest.choice.smooth == "much"
    assert any("3 neurons, 96 steps" in text.value for text in app.caption)
    app.segmented_control(key="climb_smooth").set_value("some").run()
    assert begun == [0.0, 4.0], "a climb that has ended stays so"


def test_a_climb_that_was_stopped_does_not_begin_anew(page, slow_climbs):
    app = page(climb_layer="outputs", climb_smooth="none")
    button(app, "Let all 3 climb").click().run()
    until(lambda: slow_climbs[1] == [0.0])
    button(app, "Stop").click().run()
    app.segmented_control(key="climb_smooth").set_value("much").run()
    assert slow_climbs[1] == [0.0]


@pytest.mark.parametrize(("widths", "activation"), [((5,), TANH), ((6, 5, 4), RELU), ((4, 3), IDENTITY)])
def test_any_network_on_photos(open_page, monkeypatch, widths, activation):
    sizes = (12288, *widths, 3)
    activations = [*([activation] * len(widths)), SIGMOID]
    network = initialise(sizes, activations, generator=torch.Generator().manual_seed(0))
    photos = renderings.Rendering(TRAIN_SEED, 12, MIXED)
    study = Study(network, photos, photos)
    study.wait(60)
    monkeypatch.setattr(hidden_study, "_study", lambda name, network: study)
    monkeypatch.setattr(shown_network, "shown_network", lambda: network)
    app = open_page("hidden_layers", layer="outputs", off_layer=str(len(widths)))
    assert any(" → ".join(f"{k:,}" for k in sizes) in text.value for text in app.markdown)


# ---- pictures and words ------------------------------------------------------------------------------


def test_pixels_are_those_of_every_weight_picture():
    W = torch.randn(3, 12288, generator=torch.Generator().manual_seed(0))
    scale = weights_scale(W)
    for row, w in zip(weight_pixels(W, scale), W, strict=True):
        assert np.abs(row.reshape(64, 64, 3).astype(int) - signed_rgb(w.numpy(), scale)).max() <= 1
    photos = torch.randint(0, 256, (2, 64, 64, 3), generator=torch.Generator().manual_seed(1)).to(torch.uint8)
    np.testing.assert_array_equal(photo_pixels(flatten(photos)), photos.flatten(1).numpy())


def test_the_link_of_what_is_off():
    sizes = (12288, 64, 32, 3)
    off = {1: (2, 16), 2: (0,)}
    assert to_link(off) == "1.3,1.17,2.1" and from_link(to_link(off), sizes) == off
    assert from_link("1.3,1.3", sizes) == {1: (2,)}
    for text in ("", "a,b", "1", "1.0", "0.1", "3.1", "1.65", "1.³", "-1.2", "1.2.3", "1.2," * 2000):
        assert from_link(text, sizes) is None


def test_words(studied):
    network = studied.network
    assert layer_name(network, 1) == "Layer 1 (64 neurons)" and layer_name(network, 3) == "Outputs (3)"
    assert neuron_name(network, 3, 1) == "output basketball"
    assert shown_words([{"label": [0, 2]}, {"label": []}]).endswith(
        "1 with a soccer ball, 1 with a baseball, 1 without a ball."
    )
    assert "exact" in paths_words(network, 2, "photo", studied)
    # Of a network whose neurons are off for all photos every photo meets the average.
    assert paths_words(network, 2, "often", studied).endswith("what a single photo meets may differ.")
    straight = Network(tuple(replace(layer, activation=IDENTITY) for layer in network.layers[:2]))
    for how in ("all", "often", "photo"):
        assert "exact for every photo" in paths_words(straight, 2, how, studied), "without a bend always"
    assert sum_words({}, torch.ones(3), torch.ones(3)).startswith("With every neuron on, **100.0\u202f%**")
    assert "2.0 points less" in sum_words({1: (4,)}, torch.full((3,), 0.8), torch.full((3,), 0.78))
    assert "1.0 points more" in sum_words({1: (4,)}, torch.full((3,), 0.8), torch.full((3,), 0.81))
    said = sum_words({1: (4, 5)}, torch.full((3,), 0.8), torch.full((3,), 0.8))
    assert "no more, no less" in said and "**2** neurons off (2 of layer 1):" in said
    said = sum_words({2: (0,), 1: (4, 5)}, torch.full((3,), 0.8), torch.full((3,), 0.8))
    assert "**3** neurons off (2 of layer 1 and 1 of layer 2):" in said
    lost = Importance(torch.zeros(3, 3), torch.zeros(3, 3), torch.tensor([[0.0] * 3, [-0.1] * 3, [0.05] * 3]))
    assert "2 of 3 neurons" in spare_words(lost) and "neuron 3 costs most, 5.0 points" in spare_words(lost)
    assert [order.values is None for order in lost_orders(None)] == [True] * 6
    assert lost_orders(lost)[2].values == pytest.approx([0.0, 0.1, -0.05])


def test_what_is_lost_without_a_neuron_is_said_only_where_there_are_others_or_something_is():
    def said(*lost):
        each = torch.zeros(len(lost), 3)
        return spare_words(Importance(each, each, torch.tensor(lost).reshape(-1, 1).expand(-1, 3)))

    assert said(0.019) == "It is the only neuron of its layer, and it costs 1.9 points to lose it."
    assert said(0.0).endswith("no answer is lost on balance without it.")
    assert "costs most" not in said(0.0, -0.1) and "costs most" in said(0.0, 0.1)
    assert "neuron 2 costs most, less than 0.1 points." in said(0.0, 1 / 3072)  # one answer of 1,024 photos


def test_what_a_neuron_feeds_is_a_column_of_the_next_layers_weights():
    network = load_model("network")
    rows = feeds(network, 1, 16)["feeds"]
    w = network.layers[1].W[:, 16]
    assert [row["w"] for row in rows] == sorted(w.tolist(), key=abs, reverse=True)[:8]
    assert all(w[int(row["name"].split()[1]) - 1] == row["w"] for row in rows)
    outputs = feeds(network, 2, 0)["feeds"]
    assert {row["name"] for row in outputs} == {"soccer ball", "basketball", "baseball"}


@pytest.mark.parametrize(("count", "there"), [(1, "there is one alone"), (2, "they count from 1 to 2")])
def test_a_neuron_that_is_not_there_is_told_with_those_that_are(count, there):
    pictures = np.zeros((count, 12288), np.uint8)
    wall = weight_wall.Wall("", "", pictures, "", ("", "", ""), first=weight_wall.Hand(chosen=4))
    assert wall._wrong(wall._checked("plain", 4, ())) == (
        f"The link asks for a neuron that is not there: {there}."
    )


def test_a_wall_is_sorted_by_what_a_neuron_does_to_the_ball_that_is_named():
    size = torch.tensor([[0.1, 0.2, 0.3], [0.6, 0.5, 0.4]])
    plain, *orders = size_orders(Importance(torch.zeros(2, 3), size, torch.zeros(2, 3)))
    assert plain.values is None and [order.name for order in orders] == list(NAMES)
    assert [order.values for order in orders] == [pytest.approx(column) for column in size.T.tolist()]


def test_hardly_ever_is_not_never_and_nearly_always_not_always():
    network, nothing = load_model("network"), torch.zeros(1, 6)

    def said(on):
        (words,) = on_words(network, Excitation(nothing, nothing, nothing, nothing, torch.tensor([on])), 1, 0)
        return words.replace("\u00a0", " ").replace("\u202f", " ")

    assert said(0.0).startswith("It is off for every photo")
    assert said(1 / 4096) == "It is on (a > 0) for 0.02 % of the photos."
    assert said(10 / 4096) == "It is on (a > 0) for 0.2 % of the photos."
    assert said(0.45) == "It is on (a > 0) for 45 % of the photos."
    assert said(4095 / 4096) == "It is on (a > 0) for 99.98 % of the photos."
    assert said(1.0) == "It is on (a > 0) for 100 % of the photos."


def test_the_photos_that_excite_a_neuron_least_are_those_beside_their_z(studied):
    header, arrays = _real_photos(studied, 2, 5)
    seen = studied.seen.layers[1]
    ends = ("most", seen.most, seen.z_most), ("least", seen.least, seen.z_least)
    for which, indices, z in ((name, photos[5], z[5]) for name, photos, z in ends):
        assert [photo["z"] for photo in header[which]] == pytest.approx(z.tolist())
        np.testing.assert_array_equal(arrays[f"{which}_pictures"], studied.photos.pixels[indices].flatten(1))
        balls = [[photo["label"].count(k) for k in range(3)] for photo in header[which]]
        assert balls == studied.photos.Y[:, indices].T.int().tolist()


def test_the_neurons_that_are_shown_below_the_wall_are_those_of_their_numbers(monkeypatch):
    given = {}
    monkeypatch.setattr(first_layers, "pack", lambda header, arrays: (header, arrays))
    monkeypatch.setattr(first_layers, "_first_layers", lambda **all_: given.update(all_))
    network = shared.model("network")
    first_layers.first_layers(network, "wall", "key")
    header, arrays = given["data"]
    assert [one["neuron"] + 1 for one in header["whole"]] == [j for j, _ in first_layers.SHOWN]
    W = network.layers[0].W
    rows = weight_pixels(W, weights_scale(W))[[one["neuron"] for one in header["whole"]]]
    np.testing.assert_array_equal(arrays["whole_pictures"], rows)


def test_how_many_came_higher_than_any_photo_is_counted(studied):
    best = studied.seen.layers[1].z_most[:, 0]
    z = best + torch.tensor([1.0] * 5 + [-1.0] * (len(best) - 5))
    X = torch.zeros(12288, len(best))
    shown = Climb(Choice("network", 2, "some", "grey", 0), Ascent(96, 96, X, z, torch.zeros_like(z)), 1.0)
    assert f"5 of {len(best)} came higher than any rendered photo" in all_words(shown, studied)
    assert all_words(shown, studied).endswith("Nothing asks x to look like a photo.")
    ends = replace(shown, ascent=replace(shown.ascent, X=torch.cat([X[:6144] + 1, X[6144:]])))
    assert "look like a photo: 50\u202f% of its numbers came" in all_words(
        ends, studied
    )  # many photos have more


def test_one_neuron_is_no_median_of_many():
    best = SimpleNamespace(z_most=torch.ones(1, 6))
    study_of_one = SimpleNamespace(seen=SimpleNamespace(layers=[best], count=4096))

    def said(z):
        climbed = Ascent(96, 96, torch.zeros(12288, 1), torch.tensor([z]), torch.zeros(1))
        return all_words(Climb(Choice("network", 1, "some", "grey", 0), climbed, 1.0), study_of_one)

    assert "It came higher than any rendered photo takes it; z is 4.0 times that of its best" in said(4.0)
    assert "It came no higher than any rendered photo takes it; z is 0.5 times" in said(0.5)


def test_the_first_photo_is_one_that_the_network_has_right():
    network = load_model("network")
    index = surest_of_row(network)
    photo = shared.photos(shared.GALLERY_SEED, (index,), shared.MIXED)
    Y_hat = propagate(network, flatten(torch.tensor(photo.pixels))).Y_hat
    assert ((Y_hat > 0.5).numpy() == (photo.Y > 0.5)).all()


def test_equal_weights_have_one_fingerprint():
    network = load_model("network")
    assert fingerprint(network) == fingerprint(network.clone())
    other = network.clone()
    other.layers[2].b[0] += 1
    assert fingerprint(network) != fingerprint(other)


def test_a_later_neurons_picture_is_the_sum_that_is_written_out(studied):
    network = studied.network
    for C, V, layer in zip(studied.mean_combinations, studied.mean_weights[1:], (2, 3), strict=True):
        torch.testing.assert_close(C @ network.layers[0].W, V)
        own = torch.arange(len(C[0]), dtype=torch.uint8)[:, None].expand(-1, 12288).numpy()
        header, pictures = equation(Mix(C[1], own, "words"))
        found = [(term["neuron"] - 1, term["c"]) for term in header["sum"]]
        assert [abs(c) for _, c in found] == C[1].abs().sort(descending=True).values[:6].tolist()
        assert all(float(C[1, i]) == c and pictures[place, 0] == i for place, (i, c) in enumerate(found))
        assert header["sum_more"] == int((C[1] != 0).sum()) - 6
        said = factors_words(network, layer, "often", studied)
        assert ("that neuron is on" if layer == 2 else "the path is open") in said
    once, _ = equation(Mix(torch.tensor([0.0, -0.5, 0.0]), np.zeros((3, 12288), np.uint8), "words"))
    assert once["sum"] == [{"neuron": 2, "c": -0.5}] and once["sum_more"] == 0
    assert "1 or 0" in factors_words(network, 2, "photo", studied)
    assert factors_words(network, 2, "all", studied) == "Factors: w"


def test_patches_are_shown_that_excite_the_neurons_that_speak_for_each_ball(studied, monkeypatch):
    given = {}
    monkeypatch.setattr(patch_rows, "pack", lambda header, arrays: (header, arrays))
    monkeypatch.setattr(patch_rows, "_patch_rows", lambda **all_: given.update(all_))
    monkeypatch.setattr(patch_rows.st, "markdown", lambda text: None)
    patch_rows.patch_rows(studied, "key")
    header, arrays = given["data"]
    assert [layer["side"] for layer in header["layers"]] == [4, 8, 12, 20, 32, 48]
    assert [ball["name"] for ball in header["balls"]] == ["soccer ball", "basketball", "baseball"]
    assert "of 96 photos that no training saw" in header["words"]
    layers, seen = below(load_model("patches")).layers, studied.test.pixels
    for number, (layer, found) in enumerate(zip(header["layers"], studied.patches, strict=True), start=1):
        assert [len(neurons) for neurons in layer["neurons"]] == [3, 3, 3]
        assert layer["neurons"][0][0] == int(found.adds[:, 0].argmax()), "the first is who adds most"
        shown, side = arrays[f"layer_{number}"], layer["side"]
        assert shown.shape == (9, 4, side, side, 3)
        A = propagate_pictures(Network(layers[:number]), floats(seen))[-1]
        for j, pictures in zip(sum(layer["neurons"], ()), shown, strict=True):
            said = propagate_pictures(Network(layers[:number]), floats(torch.from_numpy(pictures), side))[-1]
            torch.testing.assert_close(said[0, j].max(), A[:, j].max())
    waiting = SimpleNamespace(patches=None, test=None, error=None)
    patch_rows.patch_rows(waiting, "key")
    header, arrays = given["data"]
    assert not any("neurons" in layer for layer in header["layers"]) and not arrays
    assert header["words"] == "The photos are being looked at."
    waiting.error = OSError("no room")
    patch_rows.patch_rows(waiting, "key")
    assert given["data"][0]["words"] == "", "nobody looks at them any more, as is said further up"


def test_training_moved_the_first_layer_of_the_network_on_patches_little():
    """As the page says."""
    W = load_model("patches").layers[0].W
    start = initial(torch.Generator().manual_seed(TRAIN_SEED)).layers[0].W
    assert float(torch.cosine_similarity(W, start).median()) > 0.95


def test_what_is_said_of_the_shipped_pictures_is_so():
    network = load_model("network")
    W = network.layers[0].W
    assert int((mirror(W) > 0.5).sum()) > 40
    test = render_many(TEST_SEED, range(512), MIXED, device="cpu")
    trace = propagate(network, PhotoColumns(test.pixels))
    *_, known = importance(network, trace, test.Y, 1, zeros(network))
    lost = known.lost.mean(dim=1)  # (64,)
    assert lost[34] < 0.002 and lost[25] > 5 * lost[34]  # 35 hardly matters, 26 far more
    assert float(grain(W)[25]) < float(grain(W).median()) < float(grain(W)[34])  # and looks more like noise
    middle = W.reshape(64, 64, 64, 3)[:, 24:40, 24:40].mean(dim=(1, 2))  # (64, 3): colour of the middle
    assert all(int(middle[j].argmax()) == 1 for j in (19, 29, 54))  # green
    assert all(int(middle[j].argmin()) == 1 for j in (6, 34, 47))  # magenta: red and blue against green
    for j, orange in ((13, "left"), (41, "right"), (56, "right"), (60, "left")):
        halves = W.reshape(64, 64, 64, 3)[j, 20:44].split(32, dim=1)
        left, right = (float(half.mean(dim=(0, 1)) @ torch.tensor([1.0, 0, -1])) for half in halves)
        assert (left > 0 > right) if orange == "left" else (right > 0 > left)


def test_a_climb_says_whose_it_is():
    network = initialise((12288, 4, 3), (RELU, SIGMOID), generator=torch.Generator().manual_seed(0))
    choice = Choice("x", 1, "some", "noise", 3)
    values = list(climb(network, choice))
    assert all(value.choice is choice for value in values) and values[-1].ascent.done
    assert values[-1].seconds >= values[0].seconds >= 0
