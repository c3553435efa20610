"""pages → ui → core: imports only point down, core knows no Streamlit, and each package lists its modules."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {"core": 0, "ui": 1, "pages": 2}
MODULES = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """The first names of all that a module imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    names = imported(path)
    floor = FLOORS[path.relative_to(ROOT).parts[0]]
    above = {name for name, other in FLOORS.items() if other > floor}
    assert not names & (above | {"tests", "tools", "benchmarks", "app"})
    if floor == 0:
        assert not names & {"streamlit", "plotly"}


@pytest.mark.parametrize("page", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_every_page_imports_ui(page):
    """ui/__init__.py sends a page that is run without app.py back to app.py."""
    assert "ui" in imported(page)


PACKAGES = [init for floor in ("core", "ui") for init in sorted((ROOT / floor).rglob("__init__.py"))]


@pytest.mark.parametrize("init", PACKAGES, ids=lambda init: str(init.parent.relative_to(ROOT)))
def test_every_module_is_named_where_its_package_begins(init):
    """So a reader learns there where to look, and where to change a thing."""
    listed = set(re.findall(r"\w+", ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""))
    inside = {path.stem for path in init.parent.glob("*.py")} - {"__init__", "__main__"}
    inside |= {path.parent.name for path in init.parent.glob("*/__init__.py")}
    assert inside and inside <= listed, inside - listed


# Every other function of core has a name of its own, so that one search for it leads to one place.
SHARED = {
    "main": "the commands, each run by its module's name",
    "read": "photo_files: a format's header; experiments: what was measured; balls.skin: a field of a table",
    "write": "experiments: what was measured",
    "kernels": "processor: in floats, in digits, and those in tiles",
    "paint": "balls: each of the three",
    "seams": "balls: two of the three",
    "zones": "balls: two of the three",
    "plain": "optimisers: the gradient itself; balls.others: balloons, marbles, knobs, lamps",
}


def test_what_is_called_the_same_in_core_is_the_same():
    homes = defaultdict(list)
    for path in (ROOT / "core").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                homes[node.name].append(str(path.relative_to(ROOT)))
    shared = {name: there for name, there in homes.items() if len(there) > 1}
    assert shared.keys() <= SHARED.keys(), shared
