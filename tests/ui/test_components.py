"""Components have the names of their scripts, and no script lies about unused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ui.components import FOLDER

ROOT = Path(__file__).resolve().parents[2]

# Every module of ui is imported anew, in a process in which each registration is written down.
_REGISTERED = """
import importlib, json, pkgutil, streamlit as st
found = []
def component(name, **parts):
    found.append([name, parts])
    return name
st.components.v2.component = component
import ui
for module in pkgutil.walk_packages(ui.__path__, "ui."):
    importlib.import_module(module.name)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def registered():
    """[name, {"js": …, "css": …, …}] of every component, in turn."""
    done = subprocess.run([sys.executable, "-c", _REGISTERED], cwd=ROOT, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def test_a_component_has_the_name_of_its_last_script_and_nobody_else_has_it(registered):
    names = [name for name, _ in registered]
    assert len(names) == len(set(names)) > 30
    for name, parts in registered:
        assert parts["js"].endswith(text(f"{name}.js")), name


def test_every_file_is_in_a_component(registered):
    """But those of the live training, which its entry fetches itself."""
    for path in FOLDER.rglob("*.*"):
        kind = path.suffix.removeprefix(".")
        used = any(path.read_text(encoding="utf-8") in parts.get(kind, "") for _, parts in registered)
        assert used or path.parent.name == "training", path


def text(name):
    return (FOLDER / name).read_text(encoding="utf-8")
