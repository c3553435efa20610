"""Settings from links and files: what holds is taken, what does not is said, whatever it is."""

import math
import random
from dataclasses import fields
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.live_run.mixture import which_photos
from core.live_run.settings import Settings

TEXT = st.text("0123456789.,-+eE_ \nbinarytfsomx∞", max_size=50)
ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.lists(TEXT, max_size=3))
NAMES = (*(field.name for field in fields(Settings)), "colour")


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_anything_becomes_settings_that_hold(values):
    settings, refused = Settings.checked(values)
    assert Settings(**settings.__dict__) == settings
    assert all(sentence.endswith(".") for sentence in refused)
    assert len(refused) <= len(values)


def test_a_whole_number_that_no_float_holds_is_refused_in_a_sentence():
    for name in ("learning_rate", "l2", "two", "none", "own"):
        with pytest.raises(ValueError, match="1000000"):
            Settings(**{name: 10**400})


@pytest.mark.parametrize("value", [None, 3, 0.5, True, "", "binary", ["binary"], {}, b"64", [64]], ids=repr)
@pytest.mark.parametrize(
    ("name", "word"), [("losses", "one to three of the losses"), ("hidden", "hidden layers")]
)
def test_what_is_no_tuple_of_losses_or_layers_is_refused_in_a_sentence(name, word, value):
    with pytest.raises(ValueError, match=word):
        Settings(**{name: value})


def test_a_link_brings_the_same_settings_back():
    settings = Settings(
        ("softmax", "tangled"), 0.123456789, 0, 1e-5, "adam", "xavier", 7, 0.5, 0.1, (64, 32), "tanh"
    )
    again, refused = Settings.checked(settings.spelled())
    assert again == settings
    assert refused == []
    assert Settings().spelled() == {}


@given(two=st.integers(0, 100), rest=st.integers(0, 100))
def test_a_link_brings_any_two_shares_back(two, rest):
    settings = Settings(two=two / 100, none=min(rest, 100 - two) / 100)
    assert Settings.checked(settings.spelled()) == (settings, [])


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("learning_rate", "fast", "learning rate"),
        ("learning_rate", "nan", "learning rate"),
        ("learning_rate", -1, "learning rate"),
        pytest.param("learning_rate", 10**400, "learning rate", id="no float holds it"),
        pytest.param("two", -(10**400), "shares", id="nor its negative"),
        ("two", "half", "share of photos with two balls must"),
        ("none", "half", "share of photos with no ball must"),
        ("losses", "binary,hinge", "losses"),
        ("losses", "binary,binary,binary,binary", "losses"),
        ("batch_size", "-3", "batch size"),
        ("batch_size", "٣٢", "batch size"),
        ("batch_size", "1_000", "batch size"),
        ("learning_rate", "०.१", "learning rate"),
        ("batch_size", "6.5", "batch size"),
        ("batch_size", "99999999", "from 1 to 1,000,000, or 0 for all photos, not 99999999"),
        ("l2", "1e7", "up to 1,000,000, not 10000000"),
        ("losses", [["binary"]], "losses"),
        ("optimiser", "lbfgs", "optimiser"),
        ("optimiser", ["plain"], "The optimiser is one of"),
        ("seed", 2**40, "seed"),
        ("two", 0.9, "shares"),
        ("hidden", "64,-3", "64,32"),
        ("hidden", "٣", "64,32"),
        ("hidden", "64,,32", "64,32"),
        ("hidden", (0,), "hidden layers"),
        ("hidden", (257,), "hidden layers"),
        ("hidden", (8, 8, 8, 8), "hidden layers"),
        ("hidden", 8, "hidden"),
        ("activation", "softmax", "hidden activation"),
    ],
)
def test_what_does_not_hold_is_said_and_stays(name, value, word):
    settings, refused = Settings.checked({name: value})
    assert settings == Settings()
    assert len(refused) == 1
    assert word in refused[0]


def test_two_shares_that_are_too_much_together_are_named_as_they_were_given():
    settings, refused = Settings.checked({"two": "0.9", "none": "0.8"})
    assert settings == Settings()
    (sentence,) = refused
    assert sentence.endswith("they are 0.9 and 0.8. They stay 0.15 and 0.23.")
    assert len(Settings.checked({"two": "0.9", "none": "half"})[1]) == 2
    assert len(Settings.checked({"two": "1.2", "none": "0.8"})[1]) == 1


@given(
    counts=st.lists(st.integers(0, 3), min_size=8, max_size=80),
    two=st.sampled_from((0.0, 0.25, 0.5)),
    none=st.sampled_from((0.0, 0.25, 0.5)),
)
def test_shares_are_met_with_as_many_photos_as_can_be(counts, two, none):
    Y = torch.tensor([[float(count > k) for count in counts] for k in range(3)])
    there = {count: counts.count(count) for count in (0, 1, 2)}
    wanted = {0: none, 1: 1 - two - none, 2: two}
    m = min(int(there[count] / share) for count, share in wanted.items() if share > 0)
    if m == 0:
        return
    chosen = which_photos(Y, two, none)
    balls = Y[:, chosen].sum(dim=0)
    assert (chosen.diff() > 0).all()
    for count, share in wanted.items():
        assert int((balls == count).sum()) == round(share * m)


def test_the_bounds_themselves():
    for name, inside, outside in (
        ("learning_rate", 1e30, 1.1e30),
        ("learning_rate", 5e-324, 0),
        ("learning_rate", 1, True),
        ("batch_size", 0, -1),
        ("batch_size", 1_000_000, 1_000_001),
        ("l2", 0, -1e-9),
        ("l2", 1e6, 1.1e6),
        ("seed", 0, -1),
        ("seed", 2**31 - 1, 2**31),
        ("own", 1.0, 1.01),
        ("own", 0.0, -0.01),
        ("losses", ["binary"] * 3, ["binary"] * 4),
        ("losses", ["binary"], []),
        ("hidden", (256, 1, 1), (257,)),
        ("hidden", (), (1, 1, 1, 1)),
        ("hidden", (1,), (0,)),
        ("seed", 1, True),
    ):
        assert Settings.checked({name: inside})[1] == []
        settings, refused = Settings.checked({name: outside})
        assert settings == Settings() and len(refused) == 1, (name, outside)


def test_another_activation_is_another_start_where_there_are_hidden_layers():
    network, _ = Settings.checked({"init": "network"})
    assert Settings.checked({"activation": "tanh"}, network)[0].init == "he"
    head, _ = Settings.checked({"init": "goal2"})
    assert Settings.checked({"activation": "tanh"}, head)[0].init == "goal2"
    assert Settings(activation="tanh").start() == Settings().start()
    assert Settings(hidden=(4,), activation="tanh").start() != Settings(hidden=(4,)).start()


def test_the_network_has_the_activation_and_the_seed_that_were_chosen():
    for name in ("tanh", "identity"):
        made = Settings(hidden=(4, 3), activation=name, init="xavier", seed=1).network()
        assert [layer.activation.name for layer in made.layers] == [name, name, "sigmoid"]
        other = Settings(hidden=(4, 3), activation=name, init="xavier", seed=2).network()
        assert not torch.equal(made.layers[0].W, other.layers[0].W)


def test_no_hidden_layers_are_spoken_of():
    assert Settings.checked({"hidden": "x"})[1][0].endswith("It stays none.")


def test_an_empty_list_of_layers_is_a_head():
    assert Settings.checked({"hidden": " "}) == Settings.checked({"hidden": "none"}) == (Settings(), [])


def first_photos(balls, two, none):
    """By counting in whole percent, photo by photo."""
    percent = {0: none, 1: 100 - two - none, 2: two}
    m = min(balls.count(count) * 100 // share for count, share in percent.items() if share)
    left = {count: round(Fraction(share * m, 100)) for count, share in percent.items()}
    chosen = []
    for place, count in enumerate(balls):
        if left.get(count, 0) > 0:
            left[count] -= 1
            chosen.append(place)
    return chosen


@pytest.mark.parametrize(("two", "none"), [(15, 23), (0, 0), (70, 30), (45, 0), (20, 70), (40, 31), (100, 0)])
def test_of_each_number_of_balls_the_first_photos_are_taken(two, none):
    dice = random.Random(two)
    balls = [dice.choice((0, 1, 2, 3) if two + none < 100 else (0, 2, 3)) for _ in range(300)]
    Y = torch.tensor([[float(count > k) for count in balls] for k in range(3)])
    assert which_photos(Y, two / 100, none / 100).tolist() == first_photos(balls, two, none)


def test_seven_of_a_hundred_are_seven():
    """7 / 0.07 is a little less than 100 in floating point."""
    Y = torch.tensor([[float(i >= 7) for i in range(100)], [0.0] * 100, [0.0] * 100])
    assert len(which_photos(Y, 0.0, 0.07)) == 100


@pytest.mark.parametrize(("two", "none"), [(0.5, 0.0), (0.0, 0.5), (1.0, 0.0)])
def test_a_share_of_photos_that_are_not_there_is_refused(two, none):
    with pytest.raises(ValueError, match="no photos with the number of balls"):
        which_photos(torch.eye(3), two, none)


@pytest.mark.parametrize(
    ("two", "none"), [(0.7, 0.5), (-0.1, 0.5), (0.2, -0.1), (math.nan, 0.5), (0.2, math.nan)]
)
def test_what_are_no_shares_of_a_whole_are_refused(two, none):
    """Of less than none of a group all but its last photos were taken."""
    Y = torch.tensor([[1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="add up to at most 1"):
        which_photos(Y, two, none)
