"""Before and after on a person's own photos: the drawn figure, in Chromium, without the app."""

import base64

from core.own_photos.before_after import Standing, changes
from tests.browser.conftest import ROOT
from tests.browser.drawn import drawn, looking
from ui.components import style
from ui.live_training.before_after import SCRIPTS, figure

DRAWN = """(async () => {
    const host = document.createElement("div"), sheet = document.createElement("style")
    host.style.width = "820px"
    document.body.append(host)
    js.default({ data: given.data, parentElement: host })
    sheet.textContent = given.style
    host.append(sheet)
    await document.fonts.load("14px Inter")
    const found = [...host.querySelectorAll(".row")].map((row) => {
        const words = document.createRange()
        words.selectNodeContents(row.querySelector(".words"))
        const { left, right } = words.getBoundingClientRect()
        return [right - row.getBoundingClientRect().right, row.querySelector(".track").getBoundingClientRect().right - left]
    })
    host.remove()
    return found
})()"""  # noqa: E501


def test_the_longest_words_stand_between_their_track_and_the_end_of_the_row(javascript):
    """None named yet, and hundreds of photos right now."""
    tied = Standing(0, ((0, 3), (0, 4), (0, 0), (0, 2), (2, 2)), (0, 640), names=False)
    now = Standing(1300, ((3, 3), (2, 4), (0, 0), (0, 2), (1, 2)), (633, 640))
    inter = base64.b64encode((ROOT / "static" / "fonts" / "inter.woff2").read_bytes()).decode()
    face = (
        f"@font-face {{ font-family: Inter; font-weight: 100 900; src: url(data:font/woff2;base64,{inter}) }}"
    )
    given = {
        "data": figure([changes(tied, now)], [tied], [now], [""]),
        "style": face + "* { font-family: Inter }" + style("training/before_after"),
    }
    found = javascript(*SCRIPTS)(DRAWN, given)
    assert len(found) == 6 and all(beyond < 1 and onto < 0 for beyond, onto in found)


def test_a_dot_and_its_interval_stand_where_their_shares_are_before_and_now(javascript):
    before = {"value": 0.5, "low": 0.25, "high": 0.75, "text": "1 of 2"}
    now = {"value": 0.9, "low": 0.8, "high": 0.95, "text": "9 of 10"}
    row = {"name": "right", "colour": None, "apart": True, "before": before, "now": now}
    said = {"words": [], **dict.fromkeys(("alt", "axis", "before", "now"), ""), "at": 0}
    place = """['.interval', '.dot'].map((part) => node.querySelector(part).style)
        .map(({ left, width }) => [left, width])"""
    look = looking(before=(".mark.before", place), now=(".mark.now", place))
    seen = drawn(javascript(*SCRIPTS), {"lanes": [{"title": "", "rows": [row]}], **said}, look)
    assert seen["before"] == [[["25%", "50%"], ["50%", ""]]]
    assert seen["now"] == [[["80%", "15%"], ["90%", ""]]]


def test_while_a_run_trains_newer_shares_and_words_come_without_the_page(javascript):
    tied = Standing(0, ((0, 3), (0, 4), (0, 0), (0, 2), (2, 2)), (0, 640), names=False)
    later = Standing(9, ((2, 3), (1, 4), (0, 0), (0, 2), (1, 2)), (512, 640))

    def told(now, words):
        return figure([changes(tied, now)], [tied], [now], [""]) | {"words": words}

    given = {
        "first": told(tied, ["Press <play>."]) | {"at": 5},
        "detail": {"at": 6, "before_after": told(later, ["**3 of 9** are right."])},
    }
    found = javascript(*SCRIPTS)(
        """(() => {
            const host = document.body.appendChild(document.createElement("div"))
            const part = (name) => host.querySelector(name)
            const shown = () => [part(".row .is").textContent, part(".said").innerHTML]
            js.default({ data: given.first, parentElement: host })
            const before = shown()
            dispatchEvent(new CustomEvent("run-news", { detail: { at: 7, tables: {} } }))
            dispatchEvent(new CustomEvent("run-news", { detail: given.detail }))
            const found = [before, shown()]
            host.remove()
            return found
        })()""",
        given,
    )
    assert found == [
        ["none named", "<p>Press &lt;play&gt;.</p>"],
        ["2 of 3", "<p><b>3 of 9</b> are right.</p>"],
    ]
