"""Keys of the live figure: what each means, and when it belongs to somebody else."""

import io

import numpy as np
import pytest
from PIL import Image


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"key": " "}, "toggle"), ({"key": "ArrowRight"}, "forward"), ({"key": "ArrowLeft"}, "back"),
        ({"key": "ArrowRight", "shiftKey": True}, "epoch"), ({"key": "Home"}, "first"),
        ({"key": "End"}, "now"), ({"key": "r"}, "reset"), ({"key": "R", "shiftKey": True}, "reset"),
        ({"key": "f"}, "stage"), ({"key": "F", "shiftKey": True}, "stage"), ({"key": "Escape"}, "leave"),
        ({"key": "p"}, "pace"), ({"key": "P", "shiftKey": True}, "pace"),
        ({"key": "p", "metaKey": True}, None),
        ({"key": "f", "ctrlKey": True}, None),
        ({"key": "r", "ctrlKey": True}, None),
        ({"key": "ArrowLeft", "altKey": True}, None), ({"key": "a"}, None), ({"key": "toString"}, None),
        ({"key": " ", "shiftKey": True}, None),
    ],
)  # fmt: skip
def test_what_keys_mean(call, event, expected):
    assert call("meaning", event) == expected


@pytest.mark.parametrize(
    ("html", "free"),
    [
        ("<input>", ""), ("<input type=number>", ""), ("<textarea></textarea>", ""),
        ("<select></select>", ""),
        ("<div contenteditable=true></div>", ""), ("<div role=combobox></div>", ""),
        ("<input type=range>", "␣r"), ("<div role=slider></div>", "␣r"), ("<input type=radio>", "r"),
        ("<input type=radio checked>", "␣r"), ("<div role=radio aria-checked=true></div>", "␣r"),
        ("<div role=radio aria-checked=false></div>", "r"),
        ("<div role=tab></div>", "r"), ("<button></button>", "←→r⇱"), ("<input type=checkbox>", "←→r⇱"),
        ("<summary></summary>", "←→r⇱"), ("<a href=#></a>", "␣←→r⇱"), ("<p></p>", "␣←→r⇱"),
    ],
)  # fmt: skip
def test_keys_of_others_are_left_to_them(sums, html, free):
    keys = {"␣": " ", "←": "ArrowLeft", "→": "ArrowRight", "r": "r", "⇱": "Home"}
    taken = sums.evaluate(
        """([html, keys]) => { document.body.innerHTML = `<div>${html}</div>`;
        const outer = document.body.firstChild, path = [outer.firstChild, outer, document.body, document];
        return keys.map((key) => window.sums.taken(path, key)) }""",
        [html, list(keys.values())],
    )
    assert "".join(sign for sign, gone in zip(keys, taken, strict=True) if not gone) == free


@pytest.mark.parametrize("choices", [".loss", ".views"])
def test_the_ring_around_choices_is_seen_on_all_sides(figure, choices):
    """Inside them it was cut off, or lay on a ground of its own colour."""
    figure.send(playing=True)
    page = figure.page
    page.set_viewport_size({"width": 1200, "height": 1000})
    page.evaluate("document.body.style.setProperty('--st-primary-color', 'rgb(255, 0, 0)')")
    page.locator(f"{choices} input:checked").focus()
    page.keyboard.press("ArrowRight")
    box = page.locator(choices).bounding_box() or {}
    picture = page.screenshot(
        clip={"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "height": box["height"] + 16}
    )
    red = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), int) @ [1, -1, -1] > 200
    height, width = red.shape
    middle, centre = red[height // 2], red[:, width // 2]
    for side in (middle[:8], middle[-8:], centre[:8], centre[-8:]):
        assert side.sum() >= 3


def test_a_button_of_the_timeline_that_goes_as_it_is_pressed_leaves_the_focus_beside_it(figure):
    """On nothing, the next key would scroll the page, and a screen reader begin at its top."""
    figure.send()
    page = figure.page
    for name in ("Return to now", "Branch from here"):
        page.keyboard.press("ArrowLeft")
        figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 300})
        figure.send(shown=300, past=True)
        page.get_by_role("button", name=name).press("Enter")
        if name.startswith("Branch"):
            assert page.evaluate("window.told.at(-1)") == ["branch", 300]
            data = {"socket": "live/another", "base": "", "loss": ["binary"]}
            page.evaluate("data => window.figure.update(data)", data)
        assert page.locator(".rail input").evaluate("slider => slider === document.activeElement"), name
        assert page.get_by_role("button", name=name).is_hidden()
        figure.send()


def test_space_right_after_branch_plays_the_new_run_and_that_alone(figure):
    """The button has the focus until that is there: space was lost. A click on play went to the old run."""
    page, data = figure.page, {"socket": "live/another", "base": "", "loss": ["binary"]}
    for way in ("space", "click", "twice"):
        figure.anew()
        figure.send()
        page.keyboard.press("ArrowLeft")
        figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 300})
        figure.send(shown=300, past=True)
        page.get_by_role("button", name="Branch from here").click()
        if way == "click":
            page.locator(".play").click()
        else:
            for _ in range(1 + (way == "twice")):
                page.keyboard.press(" ")
        asked = len(figure.commands())
        page.evaluate("data => window.figure.update(data)", data)
        figure.until(lambda: len(figure.lines) == 2)
        figure.send(step=300)
        figure.send(step=300, playing=way != "twice")
        assert figure.commands()[asked:] == ([] if way == "twice" else [{"do": "play"}]), way
        assert {"do": "play"} not in figure.commands()[:asked], "the run that one leaves"
        assert page.evaluate("window.told") == [["branch", 300]], way
        page.keyboard.press(" ")
        figure.until(lambda way=way: figure.heard[-1] == {"do": "play" if way == "twice" else "pause"})


def test_each_button_pressed_right_after_branch_is_meant_for_the_new_run(figure):
    """As a key is. They went to the old one, and were lost."""
    page, data = figure.page, {"socket": "live/another", "base": "", "loss": ["binary"]}
    figure.send()
    page.keyboard.press("ArrowLeft")
    figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 300})
    figure.send(shown=300, past=True)
    page.get_by_role("button", name="Branch from here").click()
    page.get_by_label("Pace of play").select_option("full")
    for name in ("step", "epoch", "reset"):
        page.locator(f".bar [data-part={name}]").click()
    figure.send(shown=300, past=True)  # of the old one, whose pace is told
    asked = len(figure.commands())
    page.evaluate("data => window.figure.update(data)", data)
    figure.until(lambda: len(figure.lines) == 2)
    figure.send(step=300)
    deeds = [{"do": "pace", "pace": "full"}, {"do": "step"}, {"do": "epoch"}, {"do": "reset"}]
    figure.until(lambda: len(figure.commands()) >= asked + 4)
    assert figure.commands()[asked:] == deeds
    assert not [command for command in figure.commands()[:asked] if command in deeds], (
        "the run that one leaves"
    )


OPENED = """async ([before, after]) => {
  const { mount } = await import('/components/training/live.js')
  window.figure.close()
  document.body.replaceChildren()
  const data = { socket: 'live/k', base: '', loss: ['binary'] }, keys = before.map((key) => ({ key }))
  window.figure = mount(document.body, data, { setTriggerValue() {}, keys })
  for (const key of after) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
}"""


@pytest.mark.parametrize(
    ("before", "after", "done"),
    [
        ([], [" "], ["play"]),
        ([" "], [], ["play"]),
        ([" "], [" "], []),
        (["ArrowRight"], ["ArrowRight", "f"], ["step", "step"]),
    ],
)
def test_a_key_that_is_pressed_before_the_run_is_there_is_done_then_and_once(figure, before, after, done):
    """before: pressed while the figure's scripts were on their way; after: while its line was."""
    figure.page.evaluate(OPENED, [before, after])
    figure.until(lambda: len(figure.lines) == 2)
    for _ in range(2):
        figure.send(step=0, keyframes=[0])
    assert [command["do"] for command in figure.commands()] == done
