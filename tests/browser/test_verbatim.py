"""Words as they are, and the button that copies them, where the browser allows it and where it does not."""

import pytest

from ui.components import style

WORDS = 'a "link"?seed=3&<b>loss</b>=softmax'
MOUNTED = """(() => {
    const parentElement = js.make("div")
    document.body.replaceChildren(parentElement)
    window.copied = []
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: given.allowed && {
        writeText: async (text) => copied.push(text) } })
    document.execCommand = (what) => copied.push(`${what}: ${getSelection()}`) > 0 && given.selected
    js.default({ data: { text: given.words, copied: given.button }, parentElement })
    document.body.append(Object.assign(document.createElement("style"), { textContent: given.style }))
    const [words, button] = document.querySelector(".verbatim").children
    return [words.textContent, button.textContent, getComputedStyle(button).display !== "none"]
})()"""
PRESSED = """(async () => {
    const [, button, done] = document.querySelector(".verbatim").children
    button.click()
    await new Promise((resolve) => setTimeout(resolve, 50))
    return [copied, button.textContent, done.textContent]
})()"""


@pytest.fixture
def verbatim(javascript):
    """verbatim(button, allowed, selected) mounts the box; verbatim.pressed() presses its button."""
    return javascript("elements", "verbatim")


def given(**about):
    usual = {"words": WORDS, "button": "Copy", "allowed": True, "selected": True}
    return {**usual, "style": style("verbatim"), **about}


@pytest.mark.parametrize(
    "about, copied, said",
    [
        ({}, [WORDS], "Copied"),
        ({"allowed": False}, [f"copy: {WORDS}"], "Copied"),
        ({"allowed": False, "selected": False}, [f"copy: {WORDS}"], "Selected: copy it from here"),
    ],
)
def test_words_are_copied_or_at_least_selected(verbatim, about, copied, said):
    assert verbatim(MOUNTED, given(**about)) == [WORDS, "Copy", True]
    assert verbatim(PRESSED) == [copied, said, said]


def test_without_a_button_there_are_the_words_alone(verbatim):
    assert verbatim(MOUNTED, given(button=None)) == [WORDS, "", False]
