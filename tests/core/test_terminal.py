"""What a command and a terminal say to each other."""

import argparse

import pytest

from core.experiments import compute, learning_curves, shipped_rates
from core.terminal import Parser, number, shown, told, whole_number
from tests.core.forked import forked, needs_fork

COUNT, SHARE = whole_number(1, 50, "a number of photos"), number(0, 1, "a share")


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (COUNT, "7", 7),
        (COUNT, "+7", 7),
        (COUNT, "007", 7),
        (SHARE, "0", 0),
        (SHARE, ".5", 0.5),
        (SHARE, "5e-1", 0.5),
    ],
)
def test_numbers_as_they_are_typed(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *(
            (COUNT, text)
            for text in ("0", "51", "1_0", " 7", "7.0", "", "-", "9" * 5000, "٣", "७", "７", "³", "Ⅶ")
        ),
        *((SHARE, text) for text in ("nan", "inf", "1e999", "0_1", "٠", "½", "0,5", "-0.1", " 1", "1\n")),
    ],
)
def test_all_else_is_refused_in_one_sentence_of_every_option(read, text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"^a (number of photos|share)") as refused:
        read(text)
    other = text in ("٣", "७", "７", "³", "٠")
    assert str(refused.value).endswith(f"{', in the digits 0 to 9' if other else ''}, not '{text}'")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Bälle — été 2024 (1) 足球 ⚽.jpg", "Bälle — été 2024 (1) 足球 ⚽.jpg"),
        ("3.04\u202fPM\xa0.png", "3.04\u202fPM\xa0.png"),  # as a Mac names what is on its screen
        ("👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم"),
        ("a\x1b[2J\x1b[31mb.jpg", "a\\x1b[2J\\x1b[31mb.jpg"),
        ("a\r\n\tb\x7f\x08", "a\\r\\n\\tb\\x7f\\x08"),
        ("\x9b2J\u202egpj.exe\u2028", "\\x9b2J\\u202egpj.exe\\u2028"),
        ("ball\udcff", "ball\\udcff"),
    ],
)
def test_a_name_steers_no_terminal_and_stays_recognisable(name, seen):
    assert shown(name) == seen


def test_a_name_that_looks_like_an_option_is_shown_too(capsys):
    parser = Parser(prog="ask")
    parser.add_subparsers().add_parser("predict")
    for wrong in (["predict", "--\x1b[31mred"], ["\x1b[31mred"]):
        with pytest.raises(SystemExit) as stopped:
            parser.parse_args(wrong)
        said = capsys.readouterr().err
        assert stopped.value.code == 2 and "x1b[31mred" in said and "\x1b" not in said


def test_how_a_command_ends(capsys):
    def ends(with_what):
        def work():
            raise with_what

        return told("ask", work, KeyError), capsys.readouterr().err

    assert told("ask", lambda: 7) == 7
    assert ends(KeyError("a\x1b[31m")) == (1, "ask: 'a\\x1b[31m'\n")
    assert ends(OSError(28, "No space", "a\x1b[31m")) == (1, "ask: [Errno 28] No space: 'a\\x1b[31m'\n")
    assert ends(MemoryError()) == (1, "ask: there is not enough memory\n")
    assert ends(RuntimeError("CUDA out of memory. Tried")) == (1, "ask: there is not enough memory\n")
    assert ends(KeyboardInterrupt()) == (1, "\nask: stopped\n")
    for fault in (ValueError("ours"), RuntimeError("ours")):
        with pytest.raises(type(fault), match="ours"):
            ends(fault)


@needs_fork
def test_where_processes_are_spawned_a_progress_bar_leaves_nothing_to_complain_about():
    script = """
import multiprocessing
from core.commands import tqdm
from core.terminal import leave
multiprocessing.set_start_method("spawn")
with tqdm(total=1) as bar:
    bar.update()
leave(lambda: 0)
"""
    with forked(script) as process:
        said, complained = process.communicate()
    assert (process.returncode, said) == (0, "")
    assert "1/1" in complained and "resource_tracker" not in complained


@pytest.mark.parametrize("module", [compute, learning_curves, shipped_rates])
def test_help_keeps_the_lines_of_a_modules_text(module, capsys):
    """Its formulas and commands stand on lines of their own; filled to one paragraph nobody can read them."""
    with pytest.raises(SystemExit):
        module.main(["--help"])
    assert module.__doc__.strip() in capsys.readouterr().out
