"""Pages from app.py without a browser, and photos few enough to train on in a test."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, local_script_runner

from core.balls import MIXED, TRAIN_SEED
from tests.app_tests import packages_are_searched_once
from tests.live_runs import There, live_photos, live_pool
from ui import jobs, renderings
from ui.live_training import run_link, runs
from ui.server import warm
from ui.three_balls import trials

__all__ = ["live_photos", "live_pool", "packages_are_searched_once"]

ROOT = Path(__file__).resolve().parents[2]
FEW, EACH = 240, 8


@pytest.fixture(scope="session", autouse=True)
def no_photos_in_the_background() -> Iterator[None]:
    """Else 5,120 photos are rendered beside the tests after an Overview, also where one counts on none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "DELAY", 3600.0)
        # Where a page asks by itself for 4,096 and 600 more, which a test only passes through.
        patch.setattr(renderings.rendering, "__defaults__", (MIXED, FEW, TRAIN_SEED))
        patch.setattr(trials, "EACH", EACH)
        yield


@pytest.fixture(scope="session", autouse=True)
def app_py_names_the_pages() -> Iterator[None]:
    """As on a server (ui/__init__.py). AppTest asks anew at every run, and would run the first page alone."""
    begin = PagesManager.__init__

    def begun(manager: PagesManager, *given: Any, **more: Any) -> None:
        PagesManager.uses_pages_directory = False
        begin(manager, *given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PagesManager, "__init__", begun)
        yield


@pytest.fixture(scope="session", autouse=True)
def scripts_are_compiled_once() -> Iterator[None]:
    """As on a server. Every AppTest has a cache of its own, and would compile app.py and its page anew."""
    compiled = local_script_runner.ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "ScriptCache", lambda: compiled)
        yield


@pytest.fixture(scope="session", autouse=True)
def runs_are_waited_for_asleep() -> Iterator[None]:
    """AppTest looks a thousand times a second whether a page has run, which holds up the page itself."""
    look = local_script_runner.require_widgets_deltas

    def sleep(runner: local_script_runner.LocalScriptRunner, timeout: float) -> None:
        runner._script_thread.join(timeout)
        look(runner, 0.0 if runner._script_thread.is_alive() else timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", sleep)
        yield


@pytest.fixture(autouse=True)
def presses_may_follow_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests press Stop sooner than a hand does."""
    if "open_page" in request.fixturenames:
        monkeypatch.setattr(jobs, "DOUBLE_PRESS", 0.0)


@pytest.fixture
def open_page() -> Iterator[Callable[..., AppTest]]:
    """open_page("one_ball", dx="3") runs that page with that link, without an exception.

    What the test then does must not have ended in one either.
    """
    opened: list[AppTest] = []

    def opener(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        for parameter, value in query.items():
            app.query_params[parameter] = value
        app.switch_page(f"pages/{name}.py").run()
        assert not app.exception, (name, query, app.exception)
        opened.append(app)
        return app

    yield opener
    for app in opened:
        assert not app.exception, app.exception


@pytest.fixture
def training_page(
    open_page: Callable[..., AppTest],
    live_photos: There,
    live_pool: runs.Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., AppTest]:
    """training_page(rate="0.01") opens the live training, on a pool and few photos of its own."""
    monkeypatch.setattr(run_link, "RenderedPhotos", lambda: live_photos)
    return partial(open_page, "training")


@pytest.fixture(scope="session")
def few() -> tuple[renderings.Rendering, trials.Unseen]:
    """FEW training photos, and EACH unseen photos of each ball; rendered once."""
    test = trials.Unseen(229, 3 * EACH, MIXED)
    test.wait(120)
    return renderings.Rendering(TRAIN_SEED, FEW, MIXED), test


@pytest.fixture
def few_photos(
    few: tuple[renderings.Rendering, trials.Unseen], monkeypatch: pytest.MonkeyPatch
) -> tuple[renderings.Rendering, trials.Unseen]:
    """What pages would render for their experiments are these few."""
    training, test = few
    monkeypatch.setattr(renderings, "rendering", lambda *_: training)
    monkeypatch.setattr(trials, "unseen", lambda: test)
    return few
