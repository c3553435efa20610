"""What tests of pages without a browser share; taken up by the conftest.py of each folder that has some."""

import contextlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


@pytest.fixture(scope="session", autouse=True)
def packages_are_searched_once() -> Iterator[None]:
    """Every AppTest looks through all installed packages for components, which costs more than most pages."""
    with pytest.MonkeyPatch.context() as patch:
        with contextlib.suppress(ImportError, AttributeError):  # where another Streamlit searches otherwise
            from streamlit.components.v2 import manifest_scanner

            search = cache(manifest_scanner.scan_component_manifests)
            patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


def given(app: AppTest, component: str) -> list[dict[str, Any]]:
    """What the components of that name on the page were given, of those that are given JSON."""
    components = [element.proto for element in app.get("bidi_component")]
    return [json.loads(one.json) for one in components if one.component_name == component]


def verbatim(app: AppTest) -> list[str]:
    """What the page's boxes of verbatim words say."""
    return [one["text"] for one in given(app, "verbatim")]
