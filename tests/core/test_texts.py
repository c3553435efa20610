"""What can be written down as UTF-8 is a text; the rest, of whatever kind, is none."""

import json

import pytest

from core.texts import is_text


@pytest.mark.parametrize("text", ["", "own", "ŷ = σ(z)", "\0", "⚽" * 8, "x" * 8])
def test_texts(text):
    assert is_text(text, 8) and text.encode().decode() == text


@pytest.mark.parametrize("value", ["x" * 9, None, 5, True, b"own", ["own"]])
def test_what_is_too_long_or_no_text(value):
    assert not is_text(value, 8)


@pytest.mark.parametrize("spelt", [r'"\ud800"', r'"half \udc00"', r'"\udc00\ud800"'])
def test_halves_of_letters(spelt):
    """JSON has them, and no file can hold them."""
    value = json.loads(spelt)
    assert isinstance(value, str) and not is_text(value, 8)
    assert is_text(json.loads(r'"\u26bd \ud83d\ude00"'), 8), "both halves are a letter"
