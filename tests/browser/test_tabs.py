"""A test whose tab is painted no more is run again, in another; no other test is."""

from types import SimpleNamespace

import pytest

from tests.browser import tabs
from tests.browser.tabs import Lasting, NotPainted, is_painted, run_in_tabs


@pytest.fixture
def lasting(browser, monkeypatch):
    monkeypatch.setattr(tabs, "TIMES", 3)
    lasting = Lasting(lambda: SimpleNamespace(page=browser.new_page()))
    yield lasting
    lasting.get().page.close()


def failing(app):
    """A test that takes this fixture and fails."""
    hook = run_in_tabs(SimpleNamespace(funcargs={"app": app, "width": 390}))
    next(hook)
    hook.throw(AssertionError("as it is"))


def test_a_tab_that_is_painted_no_more_is_given_up_for_another(lasting):
    lost = lasting.get()
    lost.page.evaluate("window.requestAnimationFrame = () => 0")
    assert not is_painted(lost.page)
    with pytest.raises(NotPainted) as found:
        failing(lost)
    assert str(found.value.__cause__) == "as it is"
    assert lost.page.is_closed() and lasting.get() is not lost
    assert is_painted(lasting.get().page)


def test_a_test_that_fails_in_a_tab_that_is_painted_has_failed(lasting):
    tab = lasting.get()
    with pytest.raises(AssertionError, match="as it is"):
        failing(tab)
    assert lasting.get() is tab
