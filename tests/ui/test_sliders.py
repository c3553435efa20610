"""What a style sheet says of a slider's parts to Chromium and Safari, it says to Firefox, too.

No browser understands both names of a part, so that none can show what is left out for another.
"""

import re
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"
CALLED_IN_FIREFOX = {
    "-webkit-slider-thumb": "-moz-range-thumb",
    "-webkit-slider-runnable-track": "-moz-range-track",
}


def test_firefox_is_told_of_the_same_sliders():
    for sheet in ASSETS.rglob("*.css"):
        parts = re.findall(r"([^{}\n]+)::(-(?:webkit-slider|moz-range)-[a-z-]+)", sheet.read_text("utf-8"))
        elsewhere = {(of, CALLED_IN_FIREFOX[part]) for of, part in parts if part in CALLED_IN_FIREFOX}
        in_firefox = {(of, part) for of, part in parts if part in CALLED_IN_FIREFOX.values()}
        assert elsewhere == in_firefox, sheet.name
