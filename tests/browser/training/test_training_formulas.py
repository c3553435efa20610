"""The losses as formulas: all of them, and what a switch lights up."""

import pytest

from core.losses import LOSSES


def test_every_loss_of_core_has_a_formula_and_a_name(sums):
    assert set(sums.evaluate("Object.keys(window.sums.NAMES)")) == set(LOSSES)
    for loss in LOSSES:
        assert loss in sums.evaluate("(loss) => window.sums.title(loss)", loss)
        drawn = sums.evaluate(
            """(loss) => { document.body.innerHTML = window.sums.formula(loss);
            return [...document.querySelectorAll('math')].map((m) => m.getBoundingClientRect().width) }""",
            loss,
        )
        assert drawn
        assert all(drawn)


@pytest.mark.parametrize(
    ("before", "after", "new", "gone"),
    [
        ("binary", "softmax", {"softmax", "labels"}, {"wrong", "[", "sigma", "error"}),
        ("binary", "tangled", {"softmax", "tangle"}, {"sigma", "error"}),
        ("softmax", "tangled", {"wrong", "[", "tangle"}, {"labels"}),
        ("tangled", "squared", {"halfSum", "square", "sigma", "errorTimes", "slope"},
         {"minusSum", "right", "wrong", "[", "softmax", "tangle"}),
    ],
)  # fmt: skip
def test_a_switch_lights_up_what_changed(sums, before, after, new, gone):
    counted = sums.evaluate(
        """([before, after]) => { document.body.innerHTML = window.sums.formula(after, before);
        return ['new', 'gone'].map((state) => document.querySelectorAll(`.part.${state}`).length) }""",
        [before, after],
    )
    assert counted == [len(new), len(gone)]
