"""What the fixture `app` forbids does fail a test: errors, exceptions, requests to other hosts."""

import pytest

from tests.browser.conftest import visit

FORBIDDEN = {
    "console: no good": "console.error('no good')",
    "exception in the page: .*broken": "setTimeout(() => { throw new Error('broken') })",
    "NAME_NOT_RESOLVED .http://example.com/x.png": "new Image().src = 'http://example.com/x.png'",
    "NAME_NOT_RESOLVED .http://93.184.215.14/": "void fetch('http://93.184.215.14/').catch(() => {})",
    "ws://example.com": "void new WebSocket('ws://example.com/')",
    "another host: http://a.invalid/f": """{
      const frame = document.body.appendChild(document.createElement('iframe'))
      frame.src = 'http://a.invalid/f'
    }""",
    "another host: http://a.invalid/w": """void new Worker(
      URL.createObjectURL(new Blob(["fetch('http://a.invalid/w').catch(() => {})"])))""",
}


@pytest.mark.parametrize("said", FORBIDDEN)
def test_a_problem_in_the_page_fails_the_test(server, tab, said):
    with pytest.raises(AssertionError, match=said), visit(server, tab) as app:
        if "another host" in said:
            app.hear_every_request()
        app.page.goto(f"{server}/_stcore/health")
        app.page.evaluate(FORBIDDEN[said])
        for _ in range(100):  # the browser tells of it when it gets to it
            if not app.problems:
                app.page.wait_for_timeout(100)


def test_a_server_that_is_slow_to_answer_is_waited_for(app):
    app.open("broadcasting")
    assert 0 < app.page.evaluate("window.asked") < app.page.evaluate("window.answered")
    begun = app.page.evaluate("window.asked = performance.now()")
    app.page.evaluate("setTimeout(() => (window.answered = performance.now()), 1500)")
    app.idle()
    assert app.page.evaluate("performance.now()") - begun > 1800


def test_nothing_of_one_test_is_left_for_the_next(server, tab):
    with visit(server, tab) as app:
        app.open("")
        app.page.evaluate("localStorage.left = sessionStorage.left = 1")
        app.page.mouse.down()
    with visit(server, tab) as app:
        assert app.page.url == "about:blank"
        app.page.goto(f"{server}/_stcore/health")
        assert app.page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert app.problems == []
