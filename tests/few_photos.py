"""The app on few photos: python -m tests.few_photos run app.py …, else as python -m streamlit.

On a server that has only just begun, the usual number takes ten seconds of a core for any page.
"""

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from streamlit.web.cli import main

from tests.shared_tables import share

FEW, TESTED = 512, 256  # photos to train on, where the app takes 4,096, and to test on, where it takes 1,024


def train_on_few(renderings: ModuleType) -> None:
    recipe, _, seed = renderings.rendering.__defaults__
    renderings.rendering.__defaults__ = recipe, FEW, seed


CHANGED: dict[str, Callable[[Any], None]] = {
    "ui.renderings": train_on_few,
    "ui.live_training.live_photos": lambda module: setattr(module, "TESTED_ON", TESTED),
    "ui.hidden_layers.hidden_study": lambda module: setattr(module, "TEST_PHOTOS", TESTED),
}


class Few(PathFinder):
    """Modules are imported when the app imports them, torch not before; these are changed then."""

    @classmethod
    def find_spec(cls, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        spec = super().find_spec(name, path, target) if name in CHANGED else None
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_change(module: ModuleType) -> None:
                run(module)
                CHANGED[name](module)

            spec.loader.exec_module = run_and_change
        return spec


if __name__ == "__main__":
    share()
    sys.meta_path.insert(0, Few)
    main(prog_name="streamlit")
