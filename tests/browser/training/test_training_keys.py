"""Keys of the live figure: what each means, and when it belongs to somebody else."""

import pytest


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
