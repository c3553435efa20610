"""The measurement that ships: what the file holds, who is not believed, and the command that makes it."""

import json
import math
from dataclasses import asdict

import pytest

from core.experiments import shipped_rates
from core.experiments.compute import BATCHES, Rate
from core.experiments.machine import ComputeProgress, Machine, Task, contradictions, processor_name
from core.experiments.shipped_rates import SHIPPED, Shipped, highest, read, write

HERE = Machine(2, (("cuda:0", "A card"),), "A processor")


def line(threads, how, *values, device="cpu"):
    return [Rate(device, threads, how, m, float(value)) for m, value in zip(BATCHES, values, strict=False)]


LEFT_ALONE = (
    *line(1, "batched", 3000, 9500, 27_000, 41_000, 47_000, 41_000, 32_000),
    *line(1, "looped", 1950, 1900, 1850, 1800, 1700),
    *line(2, "batched", 2600, 12_000, 40_000, 74_000, 85_000, 75_000, 60_000),
    *line(2, "looped", 2000, 1500, 1300, 1200, 1200),
    *line(0, "batched", 2000, 8000, 30_000, device="cuda:0"),
)


def test_a_machine_that_is_left_alone_contradicts_itself_nowhere():
    assert contradictions(LEFT_ALONE) == contradictions(()) == ()


@pytest.mark.parametrize(
    ("rate", "beside"),
    [
        (Rate("cpu", 2, "looped", 4, 46.0), Rate("cpu", 2, "looped", 1, 2000.0)),  # slower than with fewer
        (Rate("cpu", 1, "looped", 1, 100.0), Rate("cpu", 1, "looped", 4, 1900.0)),  # or with more
        (Rate("cpu", 1, "batched", 4096, 13_000.0), Rate("cpu", 1, "batched", 256, 47_000.0)),
        (Rate("cpu", 2, "batched", 4, 360.0), Rate("cpu", 1, "batched", 4, 9500.0)),  # two do less than one
        (Rate("cuda:0", 0, "batched", 16, 900.0), Rate("cuda:0", 0, "batched", 4, 8000.0)),
    ],
)
def test_rates_that_do_not_go_together_are_found(rate, beside):
    point = (rate.device, rate.threads, rate.how, rate.batch)
    rates = [rate if (r.device, r.threads, r.how, r.batch) == point else r for r in LEFT_ALONE]
    assert (rate, beside) in contradictions(rates)


def test_a_processor_is_called_what_the_system_calls_it(tmp_path):
    told = tmp_path / "cpuinfo"
    told.write_text("processor\t: 0\nmodel name\t: A(R) Processor: 9 X\nflags\t: fpu\nmodel name\t: other\n")
    assert processor_name(told) == "A(R) Processor: 9 X"
    told.write_text("processor\t: 0\nmodel name\t:\n")
    assert processor_name(told) == processor_name(tmp_path / "none") != ""


def test_what_is_written_is_read_and_names_no_place(tmp_path):
    path = tmp_path / "rates.json"
    write(path, Shipped(HERE, LEFT_ALONE))
    assert read(path) == Shipped(HERE, LEFT_ALONE)
    content = json.loads(path.read_text())
    assert set(content) == {"command", "cores", "accelerators", "processor", "rates"}


def test_a_file_that_is_missing_or_broken_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "rates.json"
    with pytest.raises(ValueError, match=r"there is no rates\.json; `python -m core"):
        read(path)
    whole = {"cores": 2, "accelerators": [], "processor": "P", "rates": []}
    for text in (
        *("{", "[]", "[" * 99_999, json.dumps(whole), json.dumps({**whole, "cores": math.inf})),
        json.dumps({**whole, "rates": [{"device": "cpu"}]}),
        *(
            json.dumps(
                {**whole, "rates": [asdict(line(1, "batched", 10)[0]) | {"examples_per_second": rate}]}
            )
            for rate in (0, -1, math.nan, math.inf)
        ),
    ):
        path.write_text(text)
        with pytest.raises(ValueError, match="is not a file of measured rates"):
            read(path)


def test_of_several_rounds_the_highest_counts():
    one, two = line(1, "batched", 10, 40), line(1, "batched", 12, 30, 50)
    assert highest(one, two) == tuple(line(1, "batched", 12, 40, 50)) == highest(two, one)


@pytest.fixture
def measured(monkeypatch):
    """What the command measures, round by round; the first yields come without it."""
    rounds = []

    def measure(work):
        rates = rounds.pop(0)
        yield ComputeProgress((), len(rates), work[0], ())
        yield ComputeProgress(tuple(rates), len(rates), None, ())

    monkeypatch.setattr(shipped_rates, "this_machine", lambda: HERE)
    monkeypatch.setattr(shipped_rates, "tasks", lambda here: (Task("cpu", here.cores, ("batched",)),))
    monkeypatch.setattr(shipped_rates, "measure_rates", measure)
    return rounds


def test_the_command_writes_the_file(measured, tmp_path, capsys):
    path = tmp_path / "rates.json"
    measured += [line(1, "looped", 900, 300), line(1, "looped", 500, 950)]
    assert shipped_rates.main(["--rounds", "2", "--out", str(path)]) == 0
    assert read(path) == Shipped(HERE, tuple(line(1, "looped", 900, 950)))
    assert "2 rates of A processor" in capsys.readouterr().out


def test_the_command_does_not_write_what_was_disturbed(measured, tmp_path, capsys):
    path = tmp_path / "rates.json"
    measured += [line(1, "looped", 900, 300)]
    assert shipped_rates.main(["--out", str(path)]) == 1
    assert not path.exists() and "nothing is written" in capsys.readouterr().err


def test_wrong_calls_are_refused_before_anything_is_measured(measured, tmp_path, capsys):
    (tmp_path / "file").touch()
    for wrong, sentence in (
        (["--rounds", "0"], "at least 1 round"),
        (["--rounds", "२"], "in the digits 0 to 9, not '२'"),
        (["--out", str(tmp_path)], "cannot be written: "),
        (["--out", str(tmp_path / "file" / "rates.json")], "rates.json cannot be written: "),
    ):
        with pytest.raises(SystemExit) as stopped:
            shipped_rates.main(wrong)
        said = capsys.readouterr().err
        assert stopped.value.code == 2 and sentence in said and "Traceback" not in said


def test_the_shipped_measurement_is_whole_and_was_left_alone():
    shipped = read(SHIPPED)
    assert contradictions(shipped.rates) == ()
    lines = {(rate.threads, rate.how) for rate in shipped.rates if rate.device == "cpu"}
    assert {(1, "batched"), (1, "looped"), (shipped.machine.cores, "batched")} <= lines
    assert {rate.batch for rate in shipped.rates if rate.how == "batched"} == set(BATCHES)
