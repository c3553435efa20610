"""pages → ui → core: imports only point down, and core knows neither Streamlit nor Plotly."""

import ast
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
