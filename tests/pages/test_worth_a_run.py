"""The runs that the live-training page offers: their links open what they say, and it comes true."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from core.live_run.run import Run
from core.live_run.settings import Settings
from tests.core.runs import few_photos, stepped, weights
from tests.live_runs import live_of
from ui.live_training.run_link import LINK
from ui.live_training.worth_a_run import NBSP, WORTH_A_RUN, worth_a_run

OFFERED = {words: settings for _, _, links in WORTH_A_RUN for words, settings in links}


def run_of(words: str, **other) -> Run:
    return Run(replace(OFFERED[words], **other), *few_photos())


def test_every_link_holds_the_settings_that_it_names():
    found = re.findall(r"\[([^]]+)\]\(training\?([^)]*)\)", worth_a_run().replace(NBSP, " "))
    assert [words for words, _ in found] == list(OFFERED)
    names = {short: name for name, short in LINK.items()}
    for words, query in found:
        asked = {names[short]: text for short, text in parse_qsl(query, strict_parsing=True)}
        assert Settings.checked(asked) == (OFFERED[words], [])
    assert " ·" not in worth_a_run(), "a dot begins no line"
    assert not any("-" in words for words in OFFERED), "a link breaks in two there"


def test_they_stand_on_the_page_and_one_opens(training_page):
    app = training_page(loss="binary,softmax", two="0.5")
    assert any(worth_a_run() == text.value for text in app.markdown)
    assert live_of(app).settings == OFFERED["sigmoids beside softmax"]


def test_what_starts_equal_stays_equal_and_what_does_not_does_not():
    for words, apart in (("all equal", False), ("He", True)):
        W = weights(stepped(run_of(words), 40))[0]
        assert bool((W.amax(dim=0) > W.amin(dim=0)).any()) is apart
        assert W.abs().max() > 0


def test_squared_error_stays_behind_when_the_rate_is_lowered():
    run = stepped(run_of("squared beside binary", batch_size=16), 100)
    assert run.warning.startswith("Squared error (A) is stuck: ")
    run.change(replace(run.settings, learning_rate=0.001))
    before = [one.train_cost for one in run.judgements]
    stepped(run, 250).look()
    squared, cross_entropy = (one.train_cost / then for one, then in zip(run.judgements, before, strict=True))
    assert squared > 0.9 and cross_entropy < 0.5


def test_photos_are_learned_by_heart_and_l2_holds_the_weights_down():
    plain, decayed = (stepped(run_of(words), 300) for words in ("Adam", "with λ = 0.1"))
    plain.look()
    assert plain.judgements[0].train_accuracy > plain.judgements[0].test_accuracy + 0.2
    assert weights(decayed)[0].norm() < 0.8 * weights(plain)[0].norm()


@pytest.mark.parametrize(("words", "seen"), [("1 photo", 1), ("64 photos", 64), ("all of them", 160)])
def test_a_step_sees_as_many_photos_as_the_link_says(words, seen):
    run = stepped(run_of(words, two=0.0, none=0.0), 1)
    assert run.epoch * run.m == min(seen, run.m)
