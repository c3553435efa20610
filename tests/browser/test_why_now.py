"""Why now in a real browser: the curves are read out by keys, the machine is measured and the job stopped."""

import re
from functools import partial

import pytest

from core.experiments import learning_curves, shipped_rates
from core.experiments.machine import Machine
from tests.browser.drawn import given_to
from ui.why_now import log_lines
from ui.why_now.compute_lines import compute_figure
from ui.why_now.data_lines import curves_figure

LINES = ("elements", "stand_apart", "column_chart", "why_now/log_lines")
BOXES = """all => all.map((one) => one.getBoundingClientRect()).map(({ x, y, height }) => [x, y, height])"""


def test_places_on_both_axes(javascript):
    lines = javascript(*LINES)
    places = lines("given.map((x) => js.along(x, 1, 1000, true))", [1, 10, 100, 1000])
    assert places == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert lines("js.along(0.55, 0.3, 0.8, false)") == pytest.approx(0.5)


def test_names_stand_beside_what_is_new_and_what_was_not_measured_anew(javascript):
    lines = javascript(*LINES)
    looks = {"name": "batched", "look": "solid"}
    series = [
        {**looks, "sub": "1 CPU thread, before", "points": [1], "before": True},
        {**looks, "sub": "2 CPU threads, before", "points": [1], "before": True},
        {**looks, "sub": "", "points": [1], "look": "live", "before": False},
        {**looks, "sub": "1 CPU thread", "points": [], "before": False},
    ]
    named = "js.named(given).map((s) => s.sub)"
    assert lines(named, series) == ["1 CPU thread, before", "2 CPU threads, before"]
    series[3]["points"] = [1]
    assert lines(named, series) == ["2 CPU threads, before", "1 CPU thread"]


def test_a_long_name_goes_on_below(javascript):
    lines = javascript(*LINES)
    parted = "js.parted(given, 'batched', (words, n) => words.length <= 24)"
    assert lines(parted, "NVIDIA H100 80GB HBM3") == ["NVIDIA H100 80GB HBM3", "batched"]
    assert lines(parted, "NVIDIA GeForce RTX 4090 Laptop") == ["NVIDIA GeForce RTX 4090", "Laptop, batched"]
    longest = lines(parted, "NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition")
    assert longest == ["NVIDIA RTX PRO 6000", "Blackwell Max-…, batched"]
    word = "Anacceleratorwithoutaspaceinitsname"
    assert lines(parted, word) == [word, "batched"]


def test_the_curves_are_read_out_and_the_machine_is_measured(app):
    app.open("why_now", width=390)
    assert app.overflow() == 0
    curves = app.page.get_by_role("slider", name="Right answers on test photos")
    assert curves.get_attribute("aria-valuetext").startswith("30,000 training photos: logistic regression")
    curves.focus()
    curves.press("Home")
    assert curves.get_attribute("aria-valuetext").startswith("30 training photos")
    assert "30 training photos" in app.page.locator(".lines .readout").last.inner_text()
    assert curves.locator(".mean").count() == curves.locator(".range").count() == 3

    app.page.get_by_role("button", name="Measure this machine").click()
    rates = app.page.get_by_role("slider", name="Photos per second")
    rates.locator(".series:not(.before) .marker").first.wait_for(timeout=60_000)
    app.page.get_by_test_id("stMain").get_by_role("button", name="Stop").click()
    app.page.get_by_role("button", name="Measure this machine").wait_for(timeout=30_000)
    app.idle()
    assert rates.locator(".marker").count() >= 2
    rates.focus()
    rates.press("Home")
    assert re.search("batched 1 CPU thread(, before)?: ", rates.get_attribute("aria-valuetext"))
    assert "/s" in rates.get_attribute("aria-valuetext")
    assert app.overflow() == 0


@pytest.fixture
def charts(alone, monkeypatch):
    """Both figures of the page as they ship, alone."""
    here = Machine(2, ())
    figures = [
        compute_figure((), here, None, shipped_rates.read()),
        curves_figure(learning_curves.read(), (), None),
    ]
    alone.page.set_viewport_size({"width": 1024, "height": 900})
    for figure in figures:
        mount = partial(log_lines.log_lines, figure, key="lines")
        data = given_to(monkeypatch, log_lines, "_lines", mount)
        (alone.show if figure is figures[0] else alone.add)(LINES, data, styles=("column_chart",))
    return alone.page.locator(".lines").all()


def test_lines_are_told_apart_by_more_than_their_shade(charts):
    """Fewer threads than all: a thin line with hollow markers. What is read out has its lines' markers."""
    drawn = """(chart) => [...chart.querySelectorAll('.series')].map((group) => {
      const [line, marker] = ['.mean', '.marker'].map((part) => getComputedStyle(group.querySelector(part)))
      return [group.matches('.thin'), parseFloat(line.strokeWidth), marker.fill, marker.stroke]
    })"""
    lines = charts[0].evaluate(drawn)
    _, thin, inside, _ = next(line for line in lines if line[0])
    _, thick, ink, paper = next(line for line in lines if not line[0])
    assert thin < thick and inside == paper != ink
    of = "(chart, where) => [...chart.querySelectorAll(where)].map((one) => one.getAttribute('d'))"
    for chart in charts:
        read = chart.evaluate(of, ".readout .marker")
        assert len(read) >= 3 and read == [
            marks[0] for group in chart.locator("[role=slider] .series").all()
            if (marks := group.evaluate(of, ".marker"))
        ]  # fmt: skip


def test_what_is_read_out_stays_where_it_is_whichever_column_it_is(alone, charts):
    """Each number moved those after it, and sometimes all that stands below."""
    for width in (1024, 1600):
        alone.as_seen(width=width)
        for chart in charts:
            chart.get_by_role("slider").press("Home")
            places = set()
            for _ in range(7):
                boxes = chart.locator(".readout, .readout b").evaluate_all(BOXES)
                (_, top, high), *_ = boxes
                places.add((high, *((x, y - top) for x, y, _ in boxes)))
                chart.get_by_role("slider").press("ArrowRight")
            assert len(boxes) >= 4 and len(places) == 1, (width, places)
