"""Why now from app.py, without a browser, its two measurements made small; and its words."""

from functools import partial

import pytest

from core.balls import ONE
from core.experiments import learners
from core.experiments import learning_curves as stored
from core.experiments.compute import BATCHES, Rate
from core.experiments.learners import Point
from core.experiments.learning_curves import SIZES, Curves, CurvesProgress, read
from core.experiments.machine import ComputeProgress, Machine, Task, measure_rates
from core.experiments.shipped_rates import Shipped
from tests.pages.jobs import run_to_the_end
from ui import renderings
from ui.why_now import compute_lines, data_lines, measurement
from ui.why_now.compute_lines import compute_figure
from ui.why_now.compute_words import accelerator_words, flat_from, what_compute_shows, whose_lines
from ui.why_now.data_lines import curves_figure, doing, what_the_curves_show, what_the_live_run_shows
from ui.words import m_equals

TWO = Machine(2, ())


def texts(app):
    return " ".join(block.value for block in (*app.markdown, *app.caption))


# ---- the page ------------------------------------------------------------------------------------


def test_page_says_what_is_here_and_what_the_curves_show(open_page):
    app = open_page("why_now")
    assert app.title[0].value == "Why now"
    assert "CPU core" in texts(app) and what_the_curves_show(read().points).strip() in texts(app)
    assert "slows the measurement" in texts(app)


@pytest.mark.parametrize("query", [{"runs": "9"}, {"runs": "<b>"}, {"runs": ""}])
def test_a_malformed_link_opens_the_page(open_page, query):
    assert open_page("why_now", **query).title[0].value == "Why now"


def test_the_machine_is_measured_once_at_a_time(open_page, monkeypatch):
    monkeypatch.setattr(measurement, "tasks", lambda _: (Task("cpu", 1, ("batched",)),))
    monkeypatch.setattr(measurement, "measure_rates", partial(measure_rates, batches=(1, 4), spent=0.01))
    for module in (measurement, compute_lines):  # a machine that has much else to do is no fault of the page
        monkeypatch.setattr(module, "contradictions", lambda rates: ())
    app = open_page("why_now")
    shared_state = measurement._measured()
    with shared_state.turn:
        run_to_the_end(app, "Measure this machine")
        assert "Somebody else is measuring" in app.error[0].value
    run_to_the_end(app, "Measure this machine")
    assert not app.error
    found = app.session_state["job:why_now_compute"].latest
    assert found.done and [rate.batch for rate in found.rates] == [1, 4]
    assert shared_state.last is found and not shared_state.turn.locked()
    assert "**Measured here**, on this machine" in texts(app) and "Measured before" not in texts(app)


def test_before_anybody_measures_there_is_what_was_measured_before(open_page, monkeypatch):
    monkeypatch.setattr(measurement, "read", lambda: BEFORE)
    measurement._measured.clear()
    text = texts(open_page("why_now"))
    assert "**Measured before**, on Another processor, 4 CPU cores" in text and "no faster" in text

    def missing():
        raise ValueError("there is no compute_rates.json")

    monkeypatch.setattr(measurement, "read", missing)
    app = open_page("why_now")
    assert "there is no compute_rates.json" in app.info[0].value and "Measured before" not in texts(app)


def test_a_disturbed_measurement_is_called_so_first_and_teaches_nothing(open_page, monkeypatch):
    spoilt = (*line(1, "batched", RISING), *line(1, "looped", (2000, 46, 90, 130, 60)))
    ended = ComputeProgress(spoilt, len(spoilt), None, ())
    monkeypatch.setattr(measurement, "read", lambda: BEFORE)
    monkeypatch.setattr(measurement, "measure_rates", lambda work: iter([ended]))
    measurement._measured.clear()
    app = open_page("why_now")
    run_to_the_end(app, "Measure this machine")
    (warning,) = app.warning
    assert "disturbed this measurement: measure again" in warning.value
    said = f"came to 46.0 photos a second at {m_equals(4)}, and at {m_equals(1)} to 2,000"
    assert f"one by one, 1 CPU thread {said}" in warning.value
    assert "**Measured before**, on Another processor" in texts(app) and "Measured here" not in texts(app)
    assert "about **1,000** photos a second" in texts(app), "of what was measured before"
    assert app.expander[0].label == "The disturbed measurement"
    assert measurement._measured().last is None, "nobody else is shown it"


def test_a_live_run_puts_its_points_over_the_curves(open_page, monkeypatch):
    few = tuple(renderings.Rendering(seed, 12, ONE) for seed in (12, 17, 229))
    monkeypatch.setattr(data_lines, "live_photos", lambda: few)
    monkeypatch.setattr(data_lines, "LIVE_SIZES", (4, 12))
    monkeypatch.setattr(learners, "MIN_STEPS", 3)
    app = open_page("why_now", runs="1")
    monkeypatch.setattr(data_lines, "what_the_live_run_shows", lambda points, extra: f"{len(extra)} more")
    run_to_the_end(app, "Train live on")
    points = app.session_state[data_lines.LIVE]
    assert sorted(points) == sorted(
        (name, m, data_lines.LIVE_SEED) for name in data_lines.NAMES for m in (4, 12)
    )
    assert "6 more" in texts(app)


def test_without_the_file_the_page_says_so(open_page, monkeypatch):
    def missing():
        raise ValueError("there is no learning_curves.json")

    monkeypatch.setattr(stored, "read", missing)
    assert "there is no learning_curves.json" in open_page("why_now").error[0].value


# ---- compute in words ----------------------------------------------------------------------------


def line(threads, how, values, device="cpu"):
    pairs = zip(BATCHES, values, strict=False)
    return [Rate(device, threads, how, m, float(value)) for m, value in pairs]


RISING = (1000, 3900, 9000, 15_000, 19_000, 20_000, 20_000)
LOOP = line(1, "looped", (950, 1000, 1010, 1000, 990))
BEFORE = Shipped(Machine(4, (), "Another processor"), tuple(line(1, "batched", RISING) + LOOP))


def test_the_words_say_where_a_line_ends_to_rise_and_where_threads_pay():
    rates = line(1, "batched", RISING) + LOOP + line(2, "batched", [1000, *(2 * v for v in RISING[1:])])
    loop, batch, threads = what_compute_shows(rates, TWO)
    assert "**1,000** photos a second, no faster" in loop
    assert "**38 times** as many at m\u00a0=\u00a0256 as at m\u00a0=\u00a01" in batch, "no line ends in it"
    assert "larger batches hardly help" in batch
    assert f"1.0 times the photos at {m_equals(1)}, 2.0 times at {m_equals(4096)}" in threads
    assert "enough to do" in threads
    assert flat_from(dict(zip(BATCHES, RISING, strict=True))) == 256


def test_a_rate_is_read_out_with_the_time_of_a_step_of_so_many_photos(monkeypatch):
    (series,) = compute_figure(line(1, "batched", RISING), TWO).series
    assert [point["text"] for point in series.points[:3]] == [
        "1,000/s · a step: 1.0 ms", "3,900/s · a step: 1.0 ms", "9,000/s · a step: 1.8 ms",
    ]  # fmt: skip
    shown = []
    monkeypatch.setattr(compute_lines, "log_lines", lambda figure, key: shown.append(figure.current))
    for done in (0, 2):
        rates = tuple(line(1, "batched", RISING[:done]))
        progress = ComputeProgress(rates, 7, Task("cpu", 1, ("batched",)), ())
        compute_lines.compute_so_far(progress, TWO, True, "lines", None)
    assert shown == [BATCHES[0], BATCHES[2]], "the size that is being measured"


@pytest.mark.parametrize("running", [True, False])
def test_what_was_measured_before_is_told_until_this_machine_is_measured_whole(monkeypatch, running):
    """Once it was stopped nothing was said of the pale lines any more, nor of those in the making."""
    told, shown = [], []
    monkeypatch.setattr(compute_lines.st, "markdown", told.append)
    monkeypatch.setattr(compute_lines.st, "progress", lambda *_, **__: None)
    monkeypatch.setattr(compute_lines, "log_lines", lambda figure, key: shown.append(figure))
    rates = (*line(1, "batched", RISING), *line(1, "looped", (950, 1000)))
    progress = ComputeProgress(rates, 10, Task("cpu", 1, ("looped",)), ())
    compute_lines.compute_so_far(progress, TWO, running, "lines", BEFORE)
    whose, mine, lead, loop, batched = told
    assert "Measured now" in whose if running else "Measured here until it was stopped" in whose
    assert mine.startswith("- **Batched**") and lead == "**Measured before**, pale:"
    assert "**1,000** photos a second" in loop and "Batched" in batched
    words = [" ".join(note.lines) for note in shown[0].notes]
    assert words == ["larger batches hardly help", "in a loop: no faster with more photos"]
    assert shown[0].notes[1].y == 1010, "that loop came farther"
    compute_lines.compute_so_far(ComputeProgress(rates, 9, None, ()), TWO, False, "lines", BEFORE)
    assert not any("Measured before" in words for words in told[5:]), "it came to its end"


def test_the_words_claim_no_gain_that_was_not_measured():
    assert what_compute_shows([], TWO) == []
    one = line(1, "batched", RISING)
    assert "do not pay" in what_compute_shows(one + line(2, "batched", [v / 1.2 for v in RISING]), TWO)[-1]
    better = [1.6 * v for v in RISING]
    assert "help at every size" in what_compute_shows(one + line(2, "batched", better), TWO)[-1]
    between = [*better[:3], RISING[3], *better[4:]]
    assert "not always help" in what_compute_shows(one + line(2, "batched", between), TWO)[-1]
    climbing = line(1, "batched", [2**i for i in range(7)])
    assert "still rising" in what_compute_shows(climbing, TWO)[0]
    (level,) = what_compute_shows(line(1, "batched", [100] * len(BATCHES)), Machine(1, ()))
    assert level.startswith(
        f"**Batched**: hardly more at any size than at {m_equals(1)}. There the processor"
    )
    fast = what_compute_shows(line(1, "looped", (100, 200, 300, 400)), TWO)
    assert "no faster" not in fast[0]


def test_a_number_is_said_to_be_of_the_threads_that_it_was_measured_with():
    rates = line(1, "batched", RISING) + LOOP + line(2, "batched", [2 * v for v in RISING])
    loop, batch, _ = what_compute_shows(rates, TWO)
    assert loop.startswith("**One by one**, on 1 thread: ")
    assert batch.startswith("**Batched**, on as many threads as are fastest: ")
    loop, batch = what_compute_shows(line(1, "batched", RISING) + LOOP, Machine(1, ()))
    assert loop.startswith("**One by one**: ") and batch.startswith("**Batched**: "), "there is but one"


def test_where_a_line_dips_the_other_counts():
    dips = [RISING[0] / 1.4, *(1.5 * v for v in RISING[1:])]
    batch, _ = what_compute_shows(line(1, "batched", RISING) + line(2, "batched", dips), TWO)
    assert "**28 times**" in batch, "of what the one thread did at m = 1"


def test_threads_are_told_apart_by_more_than_a_shade():
    rates = line(1, "batched", RISING) + LOOP + line(2, "batched", RISING) + line(2, "looped", (900, 990))
    one, loop, two, other_loop = compute_figure(rates, TWO).series
    assert [s.thin for s in (one, loop, two, other_loop)] == [True, True, False, False]
    assert one.colour == two.colour != loop.colour == other_loop.colour and one.marker != two.marker
    assert not any(
        series.thin for series in compute_figure(line(1, "batched", RISING), Machine(1, ())).series
    )


def test_what_was_measured_before_is_pale_and_named():
    mine = line(1, "batched", RISING[:3])
    figure = compute_figure(mine, TWO, before=BEFORE)
    assert [series.before for series in figure.series] == [True, True, False]
    assert [series.sub for series in figure.series] == [
        "1 CPU thread, before",
        "1 CPU thread, before",
        "1 CPU thread",
    ]
    assert "Measured before on Another processor: " in figure.alt and "9,000 at 16" in figure.alt
    high, low = sorted((note.y for note in compute_figure(BEFORE.rates, BEFORE.machine).notes), reverse=True)
    assert high == max(RISING) and low == 1010, "the loop's stands between the lines, not on the axis"
    assert figure.y.high > max(RISING) and [
        note.lines for note in compute_figure((), TWO, before=BEFORE).notes
    ]
    assert compute_figure(line(1, "looped", (2000, 46, 90, 130, 60)), TWO).notes == (), "a dip is no lesson"
    here = Machine(2, (), "This one")
    assert (
        whose_lines(mine, here, False, None) == "**Measured here**, on this machine: This one, 2 CPU cores."
    )
    now = whose_lines(mine, here, True, BEFORE)
    assert (
        now.startswith("**Measured now**, on this machine: This one") and "Pale: **measured before**" in now
    )
    stopped = whose_lines(mine, here, False, BEFORE)
    assert stopped.startswith("**Measured here until it was stopped**, on this machine: This one")
    assert "Pale: **measured before**" in stopped


def test_an_accelerator_is_named_and_compared_and_its_absence_is_said():
    card = Machine(2, (("cuda:0", "A card"),))
    rates = line(1, "batched", RISING) + line(0, "batched", [v * 10 for v in RISING], "cuda:0")
    assert (
        f"**A card**: 10 times the CPU’s photos at {m_equals(1)}, **10 times**"
        in what_compute_shows(rates, card)[-1]
    )
    assert compute_figure(rates, card).series[-1].name == "A card"
    assert "**A card** (cuda:0)" in accelerator_words(card)
    assert "no accelerator" in accelerator_words(TWO) and "neither CUDA nor MPS" in accelerator_words(TWO)


def test_two_accelerators_of_one_name_are_told_apart():
    cards = Machine(2, (("cuda:0", "A card"), ("cuda:1", "A card")), "This one")
    rates = line(1, "batched", RISING)
    rates += line(0, "batched", RISING, "cuda:0") + line(0, "batched", RISING, "cuda:1")
    assert [series.sub for series in compute_figure(rates, cards).series[1:]] == [
        "batched, cuda:0",
        "batched, cuda:1",
    ]
    first, second = what_compute_shows(rates, cards)[-2:]
    assert first.startswith("**A card** (cuda:0): ") and second.startswith("**A card** (cuda:1): ")
    assert "This one, 2 CPU cores, A card, A card." in whose_lines(rates, cards, False, None)


def test_a_figure_of_millions_a_second_has_short_numbers_and_its_words_beside_the_line():
    card = Machine(2, (("cuda:0", "A card"),))
    quick = [16_000 * 4**i for i in range(7)]
    figure = compute_figure(line(1, "batched", RISING) + line(0, "batched", quick, "cuda:0"), card)
    assert [long for _, long, _ in figure.y.ticks] == ["100", "1k", "10k", "100k", "1M", "10M", "100M"]
    assert "10,000" in [long for _, long, _ in compute_figure(line(1, "batched", RISING), TWO).y.ticks]
    rising, flat = figure.notes[0], compute_figure(line(1, "batched", RISING), TWO).notes[0]
    assert (rising.x, rising.left, *rising.lines) == (4096, True, "still rising")
    m = flat_from(dict(zip(BATCHES, RISING, strict=True)))
    assert m <= flat.x <= 4096 and not flat.left, "above what is flat"


def test_the_loop_s_words_stand_clear_of_a_line_that_ends_early():
    (whole,), (early,) = (compute_figure(LOOP[:n], TWO).notes for n in (5, 4))
    assert (whole.x, early.x) == (64, 16)


def test_the_figure_holds_every_rate_inside_its_axes():
    figure = compute_figure(line(1, "batched", RISING) + LOOP, TWO, current=16)
    assert [len(series.points) for series in figure.series] == [7, 5]
    for series in figure.series:
        assert all(figure.y.low < p["low"] <= p["high"] < figure.y.high for p in series.points)
    assert figure.current == 16 and "batched, 1 CPU thread: 1,000 at batch size 1" in figure.alt
    assert "None yet" in compute_figure([], TWO).alt


# ---- data in words -------------------------------------------------------------------------------


def curve(learner, *accuracies):
    return [
        Point(learner, m, seed, accuracy + 0.01 * (seed - 2), 0.5, 1, 1)
        for m, accuracy in zip(SIZES, accuracies, strict=True)
        for seed in (1, 2, 3)
    ]


GROWING = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
FLAT = (0.4, 0.5, 0.55, 0.6, 0.6, 0.61, 0.61)


def test_who_gains_from_the_last_photos_is_counted():
    text = what_the_curves_show(curve("logistic", *FLAT) + curve("16", *GROWING) + curve("64-32", *GROWING))
    assert (
        "logistic regression 60\u202f% → **61\u202f%**" in text
        and "small network 65\u202f% → **75\u202f%**" in text
    )
    assert "**The logistic regression** hardly gains" in text
    assert text.endswith("The photos are rendered: what more of real ones would bring is not measured here.")
    assert "**The small network and the larger network** still gain" in text
    assert "alike" in text


def test_the_figure_has_mean_and_every_run_and_live_points_beside():
    points = curve("logistic", *FLAT) + curve("16", *GROWING) + curve("64-32", *GROWING)
    extra = [Point("16", 100, 12, 0.52, 0.5, 1, 1)]
    figure = curves_figure(Curves(tuple(points), 10, 100, 1.0), extra, current=100)
    assert [series.look for series in figure.series] == ["solid"] * 3 + ["live"]
    first = figure.series[1].points[0]
    assert [first[name] for name in ("mean", "low", "high")] == pytest.approx([0.4, 0.39, 0.41])
    assert all(figure.y.low < p["low"] <= p["high"] < figure.y.high for s in figure.series for p in s.points)
    assert what_the_live_run_shows(points, extra).startswith("Your run (open diamond), on other photos: 2.0")
    extra.append(Point("16", 300, 12, 0.65, 0.5, 1, 1))
    assert "6.0 points from the shipped means on average, 10.0 at most" in what_the_live_run_shows(
        points, extra
    )
    assert figure.level is not None and figure.level[0] == 1 / 3 and figure.level[1] == "guessing: 33\u202f%"


def test_a_stopped_live_run_does_not_claim_to_go_on():
    run = Point("16", 30, 12, 0.5, 0.5, 100, 600)
    two = CurvesProgress((run, run), 12, "logistic", 1000, 12, 0.4)
    assert doing(two, over=False) == "Run 3 of 12: logistic regression on 1,000 photos, seed 12"
    assert doing(two, over=True) == "Stopped: 2 of 12 runs done"


def test_the_recipe_says_how_large_each_model_is():
    said = data_lines.how_it_was_measured(read())
    assert "logistic regression 36,867 · " in said and " 196,675 · " in said and " 788,675. 3 runs" in said
