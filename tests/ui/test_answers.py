"""What stands under a neuron's evidence on Your photos: a sum whose terms add up as they are shown."""

import re

import numpy as np
import pytest

from ui.numbers import with_sign
from ui.your_photo.answers import Answer, _neuron


@pytest.mark.parametrize("seed", range(40))
def test_the_shown_terms_add_up_to_the_shown_logit(seed):
    dice = np.random.default_rng(seed)
    evidence = dice.normal(0, 10.0 ** dice.integers(-4, 0), (1, 64, 64)).astype(np.float32)
    b = dice.normal(0, 0.3, 1).astype(np.float32)
    z = evidence.sum(axis=(1, 2)) + b
    said = _neuron(Answer("goal1", 1 / (1 + np.exp(-z)), z, b, evidence), 0, "soccer")["z"]
    total, bias, logit = (float(n.replace("−", "-")) for n in re.findall(r"[+−]?\d+\.\d+", said))
    assert round(total + bias - logit, 6) == 0
    assert total == pytest.approx(float(evidence.sum()), abs=0.006) and logit == pytest.approx(
        z[0], abs=0.006
    )


def test_signs():
    assert [with_sign(text) for text in ("1.50", "-0.031", "0.00")] == ["+1.50", "−0.031", "0.00"]
