"""What changes of a run are called, and which are kept."""

from dataclasses import replace

import pytest
import torch

from core.live_run.changes import events_of, means_another_cost, noted
from core.live_run.mixture import which_photos
from core.live_run.settings import Settings

S = Settings()


def rate(r):
    return replace(S, learning_rate=r)


def test_the_words_of_a_change():
    after = replace(
        S,
        batch_size=0,
        two=0.3,
        none=0.1,
        own=0.5,
        optimiser="adam",
        l2=0.0,
        learning_rate=0.01,
        losses=("softmax",),
    )
    assert [(e.lane, e.text) for e in events_of(7, S, after)] == [
        (0, "binary → softmax"),
        (None, "α 0.001 → 0.01"),
        (None, "batch 64 → all"),
        (None, "optimiser plain → adam"),
        (None, "two balls 0.15 → 0.3"),
        (None, "no ball 0.23 → 0.1"),
        (None, "share of your photos 0 → 0.5"),
    ]


def test_a_change_is_written_as_its_slider_has_it():
    after = replace(S, batch_size=1024, learning_rate=1e-5, l2=1e-4)
    found = events_of(7, replace(S, learning_rate=1000.0, l2=0.0), after)
    assert [e.text for e in found] == ["α 1,000 → 0.00001", "batch 64 → 1,024", "λ 0 → 0.0001"]
    assert (found[0].before, found[0].after) == ("1000", "1e-05"), "as in a link"


def test_what_held_for_the_fewest_steps_goes_first():
    changes = [(0, S), (10, rate(0.1)), (12, rate(0.2)), (90, rate(0.3))]
    new, gone = noted(changes, 200, rate(0.4), 4)
    assert [step for step, _ in new] == [0, 12, 90, 200] and gone == 1
    changes = [(0, S), (10, rate(0.1)), (90, rate(0.2)), (93, rate(0.3))]
    new, gone = noted(changes, 200, rate(0.4), 4)
    assert [step for step, _ in new] == [0, 10, 93, 200] and gone == 1
    assert len(changes) == 4, "what was given stays as it is"


def test_between_two_steps_several_changes_are_one_or_none():
    changes = [(0, S), (4, rate(0.1)), (10, rate(0.2))]
    assert noted(changes, 12, rate(0.3), 4) == ([*changes, (12, rate(0.3))], 0)
    assert noted(changes, 10, rate(0.3), 4) == ([(0, S), (4, rate(0.1)), (10, rate(0.3))], 0)
    assert noted(changes, 10, rate(0.1), 4) == ([(0, S), (4, rate(0.1))], 0), "as it was before"
    assert noted(changes, 12, rate(0.2), 4) == (changes, 0), "as it is"


def test_j_becomes_another_quantity_with_another_loss_or_lambda_and_with_nothing_else():
    for now, another in (
        (replace(S, l2=0.1), True),
        (replace(S, losses=("softmax",)), True),
        (replace(S, learning_rate=0.1, batch_size=0, optimiser="adam", two=0.5, own=0.5), False),
    ):
        assert means_another_cost([(0, S), (7, now)], 7) == another
        assert not means_another_cost([(0, S), (7, now)], 8), "from that step on, and once"
        assert means_another_cost([(0, S), (5, rate(0.5)), (7, now)], 7) == another
    assert not means_another_cost([(0, S)], 0)


@pytest.mark.parametrize(
    ("two", "none"), [(0.15, 0.23), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.3, 0.7), (0.1, 0.0), (0.05, 0.5)]
)
def test_as_many_photos_are_in_use_as_can_be_had_with_the_shares(two, none):
    there = {0: 30, 1: 50, 2: 12, 3: 8}
    balls = torch.tensor([n for n, count in there.items() for _ in range(count)])
    balls = balls[torch.randperm(100, generator=torch.Generator().manual_seed(1))]
    Y = (torch.arange(3)[:, None] < balls).float()  # (3, 100)
    shares = {0: none, 1: 1 - two - none, 2: two, 3: 0}
    m = max(m for m in range(101) if all(share * m <= there[n] + 1e-6 for n, share in shares.items()))
    which = which_photos(Y, two, none)
    assert which.tolist() == sorted(which.tolist())
    for n, share in shares.items():
        first = (balls == n).nonzero()[:, 0][: round(share * m)]
        assert which[balls[which] == n].tolist() == first.tolist()
    with pytest.raises(ValueError, match="no photos with the number of balls"):
        which_photos(Y[:, balls == 3], two, none)
