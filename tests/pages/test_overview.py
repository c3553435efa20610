"""The Overview appears before torch is imported, its links lead to pages, its numbers come out of core."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.balls import MIXED, TEST_SEED, labels
from core.heads import goal1, goal2
from core.initialisation import initialise
from core.network import Network
from core.pixels import N
from tools.overview_pictures import PHOTOS, SEED
from ui import renderings
from ui.live_training.live_photos import TESTED_ON
from ui.server import warm

ROOT = Path(__file__).resolve().parents[2]
MAP = (ROOT / "assets" / "components" / "overview" / "lecture_map.html").read_text(encoding="utf-8")


def test_overview_renders():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert app.title[0].value == "What a neuron sees"


def test_overview_imports_neither_torch_nor_pandas():
    script = (
        "import sys, ui.server.warm\n"
        "ui.server.warm.DELAY = 3600\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('app.py', default_timeout=60).run()\n"
        "assert not app.exception, app.exception\n"
        "print([name for name in ('torch', 'pandas', 'ui.components') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "['ui.components']"


def test_what_other_pages_need_is_made_ready_behind_it(monkeypatch):
    asked = []
    monkeypatch.setattr(renderings, "rendering", lambda *photos: asked.append(photos))
    with ThreadPoolExecutor(1) as behind:  # a thread that may keep its low priority
        behind.submit(warm._get_ready).result(60)
    assert asked == [(), (MIXED, TESTED_ON, TEST_SEED)], "the photos as live training asks for them"
    assert {"torch", "pandas", "numba"} <= set(sys.modules)


def test_links_lead_to_pages():
    named = set(re.findall(r'url_path="([a-z_]+)"', (ROOT / "app.py").read_text(encoding="utf-8")))
    linked = set(re.findall(r'data-page="([a-z_]+)"', MAP))
    assert linked == named
    assert all((ROOT / "pages" / f"{page}.py").exists() for page in linked)


def three_layers() -> Network:
    activations = goal1().layers[0].activation
    return initialise((N, 3, 2, 1), (activations,) * 3, how="zeros", generator=None)


@pytest.mark.parametrize(
    ("name", "network"), [("goal1", goal1), ("goal2", goal2), ("three layers", three_layers)]
)
def test_parameter_counts_are_those_of_core(name, network):
    shown = re.search(rf'data-count="{name}">([\d,]+)<', MAP)
    assert shown is not None
    assert int(shown[1].replace(",", "")) == network().parameter_count


@pytest.mark.parametrize("name", PHOTOS)
def test_pictures_show_what_their_labels_say(name):
    index, label = PHOTOS[name]
    torch.testing.assert_close(labels(SEED, [index])[:, 0], torch.tensor(label, dtype=torch.float32))
    assert (ROOT / "assets" / "overview" / f"{name}.png").exists()
    written = "y = 1" if name == "one" else f"y = {list(label)}"
    picture = re.search(rf'<img class="pixels" data-picture="{name}"[^>]*><span>([^<]+)</span>', MAP)
    assert picture is not None
    assert picture[1] == written


def test_the_l_of_a_layer_is_no_i():
    """In Inter "[l]" looks like "[I]"."""
    raised = re.findall(r"<sup>\[(.)", MAP)
    assert len(raised) == 10 and set(raised) == {"ℓ"}
