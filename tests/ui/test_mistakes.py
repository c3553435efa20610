"""What a run gets wrong, as its line brings it: once for each judgement, no more often than is looked at."""

import json
import math
from types import SimpleNamespace

import pytest
import torch

from core.balls import TEST_SEED, TRAIN_SEED, dataset
from core.live_run.run import Run
from core.live_run.settings import Settings
from ui.live_training import runs, watching
from ui.live_training.live_run import LiveRun
from ui.live_training.mistakes import TITLES, Mistakes
from ui.live_training.watching import Watcher

SETTINGS = Settings(losses=("binary", "softmax"), batch_size=8, seed=3)


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setattr(runs, "pool", lambda: SimpleNamespace(training=1))
    photos = dataset(TRAIN_SEED, 48, device="cpu"), dataset(TEST_SEED, 16, device="cpu")
    live = LiveRun("k", SETTINGS, lambda: photos, lambda live: None)
    live.run = Run(SETTINGS, *photos)
    return live


def brought(watcher):
    frame = watcher.frame()
    return json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")]).get("news")


def judged_anew(live):
    before = live.run.judgements
    while live.run.judgements is before:
        live.run.step()


def test_a_frame_counts_what_the_run_gets_wrong_as_the_page_does(live):
    judged_anew(live)
    told = brought(Watcher(live))
    found = Mistakes.of(live.run.judgements)
    for part, expected in (("tables", found.tables()), ("numbers", found.by_number())):
        assert told[part]["lanes"] == expected["lanes"] and told[part]["at"] == told["at"] < found.at
    assert [(lane["letter"], lane["title"]) for lane in told["tables"]["lanes"]] == [
        ("A", TITLES["binary"]), ("B", TITLES["softmax"])
    ]  # fmt: skip
    assert [sum(lane["counts"]) for lane in told["tables"]["lanes"]] == [16, 16]


def test_each_share_is_the_one_that_it_is_called(live):
    judged_anew(live)
    found = Mistakes.of(live.run.judgements)
    for lane, table in zip(found.tables()["lanes"], found.lanes, strict=True):
        for name in ("recall", "precision"):
            shares = getattr(table, name).tolist()
            assert lane[name] == [None if math.isnan(share) else share for share in shares]
        assert (lane["accuracy"], lane["named"]) == (table.accuracy, table.named)
    recall, precision = (found.lanes[0].recall, found.lanes[0].precision)
    assert not torch.equal(recall, precision) and found.lanes[0].accuracy != found.lanes[0].named


def test_while_it_plays_no_more_often_than_every_two_seconds_and_at_rest_at_once(live, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(watching, "time", SimpleNamespace(monotonic=lambda: now[0]))
    watcher, live.playing = Watcher(live), True
    assert brought(watcher), "the first frame has them"
    now[0] += 3
    assert brought(watcher) is None, "the run was not judged anew"
    judged_anew(live)
    assert brought(watcher)
    now[0] += 1.9
    judged_anew(live)
    assert brought(watcher) is None
    now[0] += 0.2
    assert brought(watcher)
    judged_anew(live)
    assert brought(watcher) is None
    live.playing = False
    assert brought(watcher)["tables"]["lanes"] == Mistakes.of(live.run.judgements).tables()["lanes"]
