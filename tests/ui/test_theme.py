"""The palette can be read in both themes: a contrast of 4.5 for text; no button has white on the accent."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def luminance(colour: tuple[float, ...]) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read(name):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][name]
    paper, accent = rgb(theme["backgroundColor"]), rgb(theme["primaryColor"])
    for text in ("textColor", "linkColor", "primaryColor"):
        assert contrast(rgb(theme[text]), paper) >= 4.5, text
    tint = tuple(0.1 * a + 0.9 * p for a, p in zip(accent, paper, strict=True))  # behind the choice made
    assert contrast(accent, tint) >= 4.5
    assert contrast(paper, accent) >= 4.5


def test_no_button_has_white_text_on_the_accent():
    for path in [*(ROOT / "pages").glob("*.py"), *(ROOT / "ui").glob("*.py")]:
        assert not re.search(r'type="primary"', path.read_text(encoding="utf-8")), path
