"""The live figure's line to the server: lost, slow, and one whose server does not know the run."""

from tests.browser.training.frames import GO_ON, HOLD


def test_a_lost_line_is_taken_up_again_and_the_view_stays(figure):
    figure.send()
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    node = page.query_selector(".plot")
    figure.page.keyboard.press("ArrowLeft")
    figure.until(lambda: {"do": "look", "step": 300} in figure.heard)
    figure.send(shown=300, past=True)
    figure.heard.clear()
    page.evaluate(HOLD)
    figure.lines[-1].close()
    page.wait_for_selector("text=reconnecting…")
    assert page.get_by_role("button", name="play").is_disabled()
    assert page.is_visible("text=as it was at step 300")
    page.evaluate(GO_ON)
    figure.until(lambda: len(figure.lines) == 2)
    figure.until(lambda: {"do": "look", "step": 300} in figure.heard)
    figure.send(shown=300, past=True)
    page.wait_for_selector("text=reconnecting…", state="hidden")
    assert page.evaluate("node => node === document.querySelector('.plot')", node)
    assert page.locator("body").get_attribute("data-pictures") == "3"
    page.get_by_role("button", name="Branch from here").dblclick()
    page.keyboard.press(" ")  # which was to play the new run
    assert page.evaluate("window.told") == [["branch", 300]], "one run, however hasty the hand"
    page.keyboard.press("End")
    figure.until(lambda: {"do": "now"} in figure.heard)
    assert page.is_hidden("text=as it was at step")


def test_a_reset_leads_back_to_now_also_from_the_first_step(figure):
    """It was looked back at for ever: “step 0 of 0”, twice a second, and no loss could be picked."""
    figure.send()
    page = figure.page
    page.keyboard.press("Home")
    figure.until(lambda: {"do": "look", "step": 0} in figure.heard)
    figure.send(shown=0, past=True)
    page.wait_for_selector("text=as it was at step 0")
    figure.heard.clear()
    page.keyboard.press("r")
    figure.until(lambda: {"do": "reset"} in figure.heard)
    figure.send(step=0, past=True, keyframes=[0])
    figure.until(lambda: {"do": "now"} in figure.heard)
    figure.send(step=0, keyframes=[0])
    page.wait_for_timeout(700)
    assert figure.commands() == [{"do": "reset"}, {"do": "now"}]
    figure.send(step=300, playing=True)
    assert page.is_hidden("text=as it was at step") and page.locator(".loss input:disabled").count() == 0


def test_another_viewer_gets_a_line_of_their_own_and_the_view_stays(figure):
    """After a restart of the server the page has another name for whose photo is watched."""
    figure.send()
    figure.page.keyboard.press("ArrowLeft")
    figure.until(lambda: {"do": "look", "step": 300} in figure.heard)
    figure.heard.clear()
    data = {"socket": "live/k", "base": "", "loss": ["binary"]}
    figure.page.evaluate("data => window.figure.update(data)", data)
    assert len(figure.lines) == 1
    figure.page.evaluate("data => window.figure.update(data)", data | {"viewer": "me"})
    figure.until(lambda: len(figure.lines) == 2)
    assert figure.lines[-1].url.endswith("/live/k?viewer=me")
    figure.until(lambda: {"do": "look", "step": 300} in figure.heard)


def test_a_slow_line_on_which_a_frame_takes_half_a_minute_is_not_dead(sums):
    """Taken up again each quarter of a minute, it would bring no frame at all: three networks are 0.6 MB."""
    opened = sums.evaluate(
        """() => {
            const { WebSocket } = window, now = performance.now, opened = [], ignore = () => {}
            let time = 0
            performance.now = () => time
            window.WebSocket = class {
                static OPEN = 1
                readyState = 1
                constructor() { opened.push(time / 1000) }
                send() {}
                close() {}
            }
            const line = new sums.Line("", { onFrame: ignore, onState: ignore })
            line.playing = true
            for (line.socket.onopen(); time < 200_000; time += 1000) {
                line.silent()
                if (line.waiting) line.open(), line.socket.onopen()
            }
            line.close()
            Object.assign(window, { WebSocket })
            performance.now = now
            return opened
        }"""
    )
    assert opened == [0, 16, 47, 108], "soon at first: most lines that say nothing are dead"


def test_the_page_is_reminded_of_a_run_that_the_server_does_not_know(figure):
    figure.anew(quick=20)
    page = figure.page
    for asked in range(1, 6):
        assert page.evaluate("window.told") == []
        figure.lines[-1].close(code=4404)
        figure.until(lambda asked=asked: len(figure.lines) == asked + 1)
    (told,) = page.evaluate("window.told")
    assert told[0] == "elsewhere"
    figure.send()
    page.wait_for_selector("text=reconnecting…", state="hidden")
