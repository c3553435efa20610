"""What each loss makes of no ball, one, two and three: the shown numbers, in Chromium, without the app."""

import pytest
import torch

from tests.browser.drawn import drawn, looking
from ui.live_training.confusion import NUMBERS_SCRIPTS


@pytest.fixture
def shown(javascript):
    """shown(outputs): what stands at the three bars of one cell, beside Σ, and in its words."""
    run = javascript(*NUMBERS_SCRIPTS)

    def asked(outputs):
        lane = {"letter": "A", "title": "softmax", "coupled": True}
        group = {"outputs": outputs, "right": 0.5, "cost": 1.0}
        data = {
            "groups": [{"name": "one ball", "photos": 3}],
            "lanes": [{**lane, "groups": [group]}],
        }
        return run(
            """(() => {
                const host = document.body.appendChild(document.createElement("div"))
                js.default({ data: given, parentElement: host })
                const text = (selector) => [...host.querySelectorAll(selector)].map((el) => el.textContent)
                return [text(".bar span"), text(".sum span")[0], host.querySelector(".plot").ariaLabel]
            })()""",
            data,
        )

    return asked


def test_thirds_add_up_to_one(shown):
    assert shown([1 / 3, 1 / 3, 1 / 3]) == [
        [".34", ".33", ".33"], "Σ 1.00",
        "one ball: mean outputs largest 0.34, second 0.33, third 0.33",
    ]  # fmt: skip


@pytest.mark.parametrize("outputs", [[0.996, 0.003, 0.001], [1.0, 0.0, 0.0], [0.9, 0.9, 0.8]])
def test_what_adds_up_by_itself_is_only_rounded(shown, outputs):
    bars, _, _ = shown(outputs)
    assert bars == [f"{v:.2f}".removeprefix("0").replace("1.00", "1") for v in outputs]


def test_bars_add_up_to_their_sum_in_their_order(shown):
    random = torch.rand(2, 60, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    apart, coupled = random[0], (3 * random[1]).softmax(dim=1)
    for outputs in torch.cat([apart, coupled]).sort(dim=1, descending=True).values.tolist():
        bars, total, _ = shown(outputs)
        numbers = [round(100 * float(text)) for text in bars]
        assert total == f"Σ {sum(numbers) / 100:.2f}"
        assert numbers == sorted(numbers, reverse=True)
        assert all(abs(n - 100 * v) < 1 for n, v in zip(numbers, outputs, strict=True))
        assert abs(sum(numbers) - 100 * sum(outputs)) <= 0.5 + 1e-9


def test_a_bar_is_as_high_as_its_output_and_another_as_long_as_the_share_that_is_right(javascript):
    group = {"outputs": [0.75, 0.25, 0.125], "right": 0.375, "cost": 1.0}
    lane = {"letter": "A", "title": "binary", "coupled": False, "groups": [group]}
    look = looking(
        heights=(".bar", "Number(node.style.getPropertyValue('--height'))"),
        right=(".track i", "node.style.width"),
        said=(".right b, .sum span", "node.textContent"),
    )
    data = {"groups": [{"name": "one ball", "photos": 3}], "lanes": [lane]}
    seen = drawn(javascript(*NUMBERS_SCRIPTS), data, look)
    assert seen["heights"] == group["outputs"] and seen["right"] == ["37.5%"]
    assert seen["said"] == ["Σ 1.13", "L 1.00", "38\u202f%"]


def test_only_runs_side_by_side_have_letters(javascript):
    group = {"outputs": [0.5, 0.3, 0.2], "right": 0.5, "cost": 1.0}
    for letters in ("A", "AB"):
        lanes = [{"letter": one, "title": "softmax", "coupled": True, "groups": [group]} for one in letters]
        names, plots = javascript(*NUMBERS_SCRIPTS)(
            """(() => {
                const host = document.body.appendChild(document.createElement("div"))
                js.default({ data: given, parentElement: host })
                return [[...host.querySelectorAll(".lane-name")].map((name) => name.textContent),
                        [...host.querySelectorAll(".plot")].map((plot) => plot.ariaLabel.slice(0, 9))]
            })()""",
            {"groups": [{"name": "one ball", "photos": 3}], "lanes": lanes},
        )
        assert names == (["softmax"] if letters == "A" else ["Asoftmax", "Bsoftmax"])
        assert plots == (["one ball:"] if letters == "A" else ["A, one ba", "B, one ba"])


def test_each_bar_is_named_under_itself(javascript):
    """A key of other colours than the bars' would have to be guessed."""
    group = {"outputs": [0.5, 0.3, 0.2], "right": 0.5, "cost": 1.0}
    lanes = [
        {"letter": letter, "title": "softmax", "coupled": True, "groups": [group, group]} for letter in "AB"
    ]
    named, keys = javascript(*NUMBERS_SCRIPTS)(
        """(() => {
            const host = document.body.appendChild(document.createElement("div"))
            js.default({ data: given, parentElement: host })
            const text = (one, selector) => [...one.querySelectorAll(selector)].map((el) => el.textContent)
            return [[...host.querySelectorAll(".cell")].map((cell) => text(cell, ".ranks span")),
                    host.querySelectorAll(".legend i").length]
        })()""",
        {"groups": [{"name": "no ball", "photos": 3}, {"name": "one ball", "photos": 3}], "lanes": lanes},
    )
    assert named == [["1st", "2nd", "3rd"]] * 4 and keys == 1, "the line at ½ looks as it does in the plots"


def test_what_is_no_number_has_no_bar(shown):
    bars, total, label = shown([None, None, None])
    assert bars == ["", "", ""] and total == "Σ –" and label.endswith("largest –, second –, third –")


def test_no_number_stands_on_the_line_at_a_half(javascript):
    """Three dots before "46" would be read with it."""
    heights = [0, 0.3, 0.34, 0.36, 0.46, 0.499, 0.5, 0.62, 1]
    found = javascript(*NUMBERS_SCRIPTS)("given.map(js.numberAt)", heights)
    assert found == [0, 0.3, 0.34, 0.5, 0.5, 0.5, 0.5, 0.62, 1]


@pytest.mark.parametrize(("scheme", "colour"), [("light", "#0F766E"), ("dark", "#2FA598")])
def test_a_run_has_its_colour_where_light_dark_is_unknown(javascript, scheme, colour):
    """As in Safari before 17.5: its letter and bars would have none."""
    found = javascript(*NUMBERS_SCRIPTS)(
        """(() => {
            const host = document.body.appendChild(document.createElement("div")), { supports } = CSS
            const group = { outputs: [1, 0, 0], right: 1, cost: 1 }
            const lanes = [{ letter: "A", title: "softmax", groups: [group] }]
            document.body.style.colorScheme = given
            CSS.supports = (_, value) => !value.startsWith("light-dark")
            js.default({ data: { groups: [{ name: "one ball", photos: 3 }], lanes }, parentElement: host })
            Object.assign(CSS, { supports })
            document.body.style.colorScheme = ""
            const painted = [...host.querySelectorAll("*")].map((el) => el.style.getPropertyValue("--lane"))
            return [...new Set(painted.filter(Boolean))]
        })()""",
        scheme,
    )
    assert found == [colour]


def test_numbers_that_the_runs_figure_brings_take_the_place_of_older_ones(javascript):
    def lane(largest):
        group = {"outputs": [largest, 0.3, 0.2], "right": 0.5, "cost": 1.0}
        return {"letter": "A", "title": "softmax", "coupled": True, "groups": [group]}

    data = {
        "at": 10,
        "groups": [{"name": "one ball", "photos": 3}],
        "lanes": [lane(0.5)],
        "news": [
            {"at": at, "numbers": {"at": at, "lanes": [lane(largest)]}}
            for at, largest in ((9, 0.6), (12, 0.7), (11, 0.8))
        ],
    }
    shown = javascript(*NUMBERS_SCRIPTS)(
        """(() => {
            const host = document.body.appendChild(document.createElement("div"))
            js.default({ data: given, parentElement: host })
            const first = () => host.querySelector(".bar span").textContent
            return [first(), ...given.news.map((detail) => {
                dispatchEvent(new CustomEvent("run-news", { detail }))
                return first()
            })]
        })()""",
        data,
    )
    assert shown == [".50", ".50", ".70", ".70"]
