"""Components have the names of their scripts, and no script lies about unused."""

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.ui.asked import handed_out
from ui import components
from ui.components import FOLDER, load

ROOT = Path(__file__).resolve().parents[2]

# Every module of ui is imported anew, in a process in which each registration is written down: how much is
# sent, and what a browser has when it has fetched the rest.
_REGISTERED = """
import importlib, json, pkgutil, re, streamlit as st
found = []
def component(name, **parts):
    sent = {**parts, "sent": len(parts["js"] + parts.get("css", ""))}
    if fetched := re.search(r"/module/(.+)[.]js", parts["js"]):
        from ui.components import _modules
        js, style = _modules[fetched[1]].decode().rsplit("export const STYLE = ", 1)
        sent |= {"js": js.removesuffix("\\n"), "css": json.loads(style)}
    found.append([name, sent])
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


def test_what_is_sent_anew_with_every_update_is_short(registered):
    """But of the Overview, which is there before a script has come: it is sent once."""
    assert [name for name, parts in registered if parts["sent"] > 6000] == ["overview/lecture_map"]


def test_a_module_is_fetched_once_by_the_name_of_its_content():
    load("elements", "numbers", "broadcasting/shapes")
    name, module = next(
        (name, module) for name, module in components._modules.items() if b"function alignment" in module
    )
    assert name == hashlib.sha256(module).hexdigest()
    answer = handed_out(components.hand_out, name=name)
    assert answer.body == module and "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/javascript") and answer.headers["ETag"]
    assert handed_out(components.hand_out, name="0" * 64).status_code == 404


def test_every_file_is_in_a_component(registered):
    """But those of the live training, which its entry fetches itself, and what fetches the others."""
    for path in FOLDER.rglob("*.*"):
        kind = path.suffix.removeprefix(".")
        used = any(path.read_text(encoding="utf-8") in parts.get(kind, "") for _, parts in registered)
        assert used or path.parent.name == "training" or path.name == "fetched.js", path


def sheets(registered):
    """Each style sheet: its name, its selectors, and all that is made where it is in force."""
    for path in FOLDER.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        made = [parts["js"] + parts.get("html", "") for _, parts in registered if css in parts.get("css", "")]
        if made and path.name != "base.css":
            rules = re.sub(
                r"/\*[\s\S]*?\*/|@(media|container|keyframes)[^{]*|\[[^]]*\]|:nth[\w-]*\([^)]*\)", "", css
            )
            yield path.name, re.sub(r"\{[^{}]*\}", " ", rules), "".join(made)


def test_no_style_is_for_an_element_that_no_script_makes(registered):
    for name, selectors, made in sheets(registered):
        styled = set(re.findall(r"(?<![\w.#:-])[a-z]+\d?(?![\w(-])", selectors)) - {"from", "to"}
        assert {tag for tag in styled if not re.search(rf'"{tag}"|<{tag}\b', made)} == set(), name


def test_no_style_is_for_a_class_that_no_script_gives(registered):
    """A class may be put together, `rank${i}` and `${kind}-tip`, or be sent."""
    sent = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "ui").rglob("*.py"))
    for name, selectors, made in sheets(registered):
        for one in set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors)):
            begun, ended = re.sub(r"\d$|(?<=-)\w+$", "", one), one.rpartition("-")[2]
            ways = rf"(?<![\w-]){one}(?![\w-])", rf"(?<![\w-]){begun}\$\{{", rf"\}}-{ended}\b"
            assert any(re.search(way, made) for way in ways) or f'"{one}"' in sent, f"{name}: .{one}"


def test_a_script_names_the_module_that_loads_it():
    named = 0
    for path in FOLDER.rglob("*.js"):
        for module in re.findall(r"(ui/[\w/]+\.py) puts", path.read_text(encoding="utf-8")):
            name = path.relative_to(FOLDER).with_suffix("").as_posix()
            loads = (ROOT / module).read_text(encoding="utf-8")
            assert f'"{name}"' in loads or path.name == "fetched.js", path
            named += 1
    assert named > 20


def test_what_cannot_be_selected_cannot_in_safari_either():
    for path in (ROOT / "assets").rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        assert len(re.findall(r"(?<!-)\buser-select", css)) == css.count("-webkit-user-select"), path


def test_nothing_is_exported_that_nobody_imports():
    scripts = [path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.js")]
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    named = Counter(word for one in (*scripts, *tests) for word in set(re.findall(r"\w+", one)))
    for script in scripts:
        for name in re.findall(r"export (?:function|const|class) (\w+)", script):
            assert named[name] > 1, name


def text(name):
    return (FOLDER / name).read_text(encoding="utf-8")
