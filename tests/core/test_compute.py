"""Compute measured: both kinds of step give one gradient, and a measurement is a process that ends."""

import itertools
import json
import subprocess
import sys
import time

import pytest
import torch

from core.activations import RELU, SIGMOID
from core.experiments import compute, machine
from core.experiments.machine import Machine, Task, measure_rates, tasks, thread_counts
from core.initialisation import initialise
from core.processor.cores import CORES

QUICK = {"batches": (1, 4), "spent": 0.01}


def test_a_loop_and_a_batch_give_the_same_gradient():
    dice = torch.Generator().manual_seed(3)
    network = initialise((20, 6, 4, 3), (RELU, RELU, SIGMOID), generator=dice, dtype=torch.float64)
    X = torch.randn(20, 9, generator=dice, dtype=torch.float64)
    Y = (torch.rand(3, 9, generator=dice) < 0.5).to(torch.float64)
    one, every = compute.looped_gradients(network, X, Y), compute.batched_gradients(network, X, Y)
    assert [tuple(part.shape) for part in every[:3]] == [(6, 20), (4, 6), (3, 4)]
    torch.testing.assert_close(one, every, rtol=1e-12, atol=1e-14)
    for step in (compute.looped_gradients, compute.batched_gradients):
        for wrong in ((X[:, :0], Y[:, :0]), (X[:, :4], Y), (X, Y[:, :4])):
            with pytest.raises(ValueError):
                step(network, *wrong)


def test_a_rate_is_examples_over_seconds_and_too_long_a_loop_is_left_out(monkeypatch):
    monkeypatch.setattr(compute, "_fastest", lambda step, *_: 0.5 * step.args[1].shape[1])
    found = list(compute.rates(torch.device("cpu"), ("batched", "looped"), (16, 1, 4)))
    assert [(rate.how, rate.batch) for rate in found] == [
        ("batched", 1), ("batched", 4), ("batched", 16), ("looped", 1), ("looped", 4),
    ]  # fmt: skip
    assert {(rate.device, rate.threads, rate.examples_per_second) for rate in found} == {
        ("cpu", torch.get_num_threads(), 2.0)
    }


@pytest.mark.parametrize(
    ("cores", "counts"),
    [(1, (1,)), (2, (1, 2)), (6, (1, 2, 4, 6)), (16, (1, 2, 4, 8, 16)), (64, (1, 4, 8, 16, 64))],
)
def test_threads_from_one_to_all(cores, counts):
    assert thread_counts(cores) == counts


def test_every_device_is_measured_and_loops_with_one_thread_and_all():
    work = tasks(Machine(4, (("cuda:0", "A card"), ("mps", "Apple GPU"))))
    assert [(task.device, task.threads) for task in work] == [
        ("cpu", 1), ("cpu", 2), ("cpu", 4), ("cuda:0", 0), ("mps", 0),
    ]  # fmt: skip
    assert ["looped" in task.hows for task in work] == [True, False, True, False, False]


def test_this_machine_has_a_core():
    assert machine.this_machine().cores >= 1


def test_threads_are_those_of_another_process():
    before = torch.get_num_threads()
    seen = list(measure_rates((Task("cpu", before + 1, ("batched",)),), **QUICK))
    assert torch.get_num_threads() == before
    last = seen[-1]
    assert last.done and last.total == 2 and last.notes == ()
    assert [(rate.threads, rate.batch) for rate in last.rates] == [(before + 1, 1), (before + 1, 4)]
    assert all(rate.examples_per_second > 0 for rate in last.rates)
    assert not any(progress.done for progress in seen[:-1])


def test_stopped_or_out_of_time_its_process_ends(monkeypatch):
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    running = measure_rates((Task("cpu", 1, ("batched",)),), **QUICK)
    next(running)
    next(running)
    assert started[0].poll() is None
    running.close()
    assert started[0].returncode is not None
    *_, last = measure_rates((Task("cpu", 1, ("batched",)),), at_most=0.0, **QUICK)
    assert last.done and "stopped after 0 seconds" in last.notes[0] and started[1].returncode is not None


@pytest.mark.gpu
def test_each_accelerator_gives_rates():
    here = machine.this_machine()
    *_, last = measure_rates([task for task in tasks(here) if task.device != "cpu"], **QUICK)
    assert {rate.device for rate in last.rates} == {device for device, _ in here.accelerators}


@pytest.mark.parametrize("name", ["cuda:99", "meta"])
def test_a_device_that_is_not_there_is_an_error_on_one_line(name, capsys):
    threads = torch.get_num_threads()
    try:
        assert compute.main(["--device", name]) == 1
    finally:
        torch.set_num_threads(threads)
    assert list(json.loads(capsys.readouterr().out)) == ["error"]


def test_wrong_numbers_are_refused(capsys):
    for wrong, sentence in (
        (["--threads", "0"], "threads are 1 to 1024, not '0'"),
        (["--threads", "9" * 15], "threads are 1 to 1024"),
        (["--batches", "4", "٣"], "batches are at least 1, in the digits 0 to 9, not '٣'"),
        (["--spent", "inf"], "seconds from 0 to 3600, not 'inf'"),
    ):
        with pytest.raises(SystemExit):
            compute.main(wrong)
        assert sentence in capsys.readouterr().err


def test_a_loop_may_take_three_seconds_and_no_longer(monkeypatch):
    monkeypatch.setattr(compute, "_fastest", lambda step, *_: 0.5 * step.args[1].shape[1])
    found = list(compute.rates(torch.device("cpu"), ("looped",), (1, 4, 6, 7, 8)))
    assert [rate.batch for rate in found] == [1, 4, 6]


@pytest.mark.parametrize(
    ("seconds", "spent", "steps", "fastest"),
    [
        ((0.01, 0.05, 0.04, 0.06), 0.1, 4, 0.04),  # the first one, which sets things up, does not count
        ((0.5, 0.7, 0.6, 0.8), 0.1, 4, 0.5),  # but where it is long
        ((0.02,) * 9, 0.11, 7, 0.02),  # as many as go into the time
        ((2.0,) * 9, 0.1, 3, 2.0),  # fewer than three others where each is long
    ],
)
def test_the_fastest_of_several_steps_counts(monkeypatch, seconds, spent, steps, fastest):
    now, left = [0.0], list(seconds)
    monkeypatch.setattr(compute.time, "perf_counter", lambda: now[0])

    def step():
        now[0] += left.pop(0)

    assert compute._fastest(step, torch.device("cpu"), spent) == pytest.approx(fastest)
    assert len(seconds) - len(left) == steps


def test_the_command_measures_what_it_is_asked_for(monkeypatch, capsys):
    asked, threads = [], torch.get_num_threads()
    monkeypatch.setattr(compute, "rates", lambda *given, **more: asked.append((*given, more)) or iter(()))
    try:
        assert compute.main(["--how", "looped", "--batches", "2", "8", "--spent", "0.7"]) == 0
    finally:
        torch.set_num_threads(threads)
    assert asked == [(torch.device("cpu"), ["looped"], [2, 8], {"spent": 0.7})]
    assert capsys.readouterr().out == ""


def test_a_process_is_told_its_device_threads_sizes_and_time():
    command = machine._command(Task("cuda:1", 0, ("batched",)), (1, 4), 0.7)
    told = dict(itertools.pairwise(command))
    assert (told["--device"], told["--spent"], told["--how"]) == ("cuda:1", "0.7", "batched")
    assert told["--threads"] == "1", "an accelerator has none, its process has one"
    assert command[-2:] == ["1", "4"]


def test_every_way_of_every_task_is_in_the_total():
    work = (Task("cpu", 1, ("batched", "looped")), Task("cpu", 2, ("batched",)))
    running = measure_rates(work, **QUICK)
    assert next(running).total == 3 * 2
    running.close()


def test_an_error_is_a_note_with_its_device_and_the_rates_go_on(monkeypatch):
    rate = {"device": "cpu", "threads": 1, "how": "batched", "batch": 1, "examples_per_second": 5.0}
    monkeypatch.setattr(machine, "_lines", lambda *_: iter([{"error": "no room"}, None, rate]))
    *_, last = measure_rates((Task("cuda:9", 0, ("batched",)), Task("cpu", 1, ("batched",))), **QUICK)
    assert last.notes == ("cuda:9: no room", "cpu: no room")
    assert last.rates == (compute.Rate(**rate),) * 2


@pytest.mark.parametrize(("status", "said"), [(0, []), (1, []), (3, ["the measurement ended with status 3"])])
def test_a_process_that_breaks_off_is_told_of(status, said):
    lines = machine._lines([sys.executable, "-c", f"raise SystemExit({status})"], 20)
    assert [line["error"] for line in lines if line is not None] == said


@pytest.mark.parametrize("word", ["a library's warning", "nan", "[1]", "{", "\xff", "[" * 100_000])
def test_what_else_a_process_prints_is_no_rate(word):
    say = f"import sys; sys.stdout.buffer.write({word!r}.encode('latin-1') + b'\\n')"
    lines = machine._lines([sys.executable, "-c", f"{say}; print('{{}}')"], 20)
    assert [line for line in lines if line is not None] == [{}]


def test_a_process_that_has_much_left_to_do_is_killed():
    lines = machine._lines([sys.executable, "-c", "import time; print('{}', flush=True); time.sleep(60)"], 20)
    assert {} in itertools.islice(lines, 50)
    began = time.monotonic()
    lines.close()
    assert time.monotonic() - began < 20


def test_a_process_that_never_stops_talking_is_stopped():
    talk = "import time\nfor _ in range(3000):\n    print('{}', flush=True)\n    time.sleep(0.02)"
    *_, last = machine._lines([sys.executable, "-c", talk], 0.4)
    assert last == {"error": "stopped after 0.4 seconds"}


def test_this_machine_is_its_cores_and_accelerators(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda i: f"Card {i}")
    for there, more in ((False, ()), (True, (("mps", "Apple GPU"),))):
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda there=there: there)
        found = machine.this_machine()
        assert found.cores == CORES
        assert found.accelerators == (("cuda:0", "Card 0"), ("cuda:1", "Card 1"), *more)
