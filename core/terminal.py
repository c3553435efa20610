"""A command at a terminal: the numbers that are typed, the names that are printed, and how it ends.

    whole_number(1, 3, "a number of balls")("2") → 2      in the digits 0 to 9 and no others
    shown("a\\x1b[2J.jpg") → "a\\\\x1b[2J.jpg"               no name moves the cursor or colours letters
    told("python -m core", work) → status                 what went wrong is a sentence on stderr

What is printed as JSON needs none of this: json.dumps escapes whatever is not ASCII.
"""

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TypeVar

from core.texts import is_control
from core.whole_files import check_writable

T = TypeVar("T", int, float)

AS_WRITTEN = argparse.RawDescriptionHelpFormatter  # a module's text keeps its lines in --help
TYPED = frozenset("0123456789+-.eE")  # int and float take more: ٣, 1_000, blanks, nan, infinity
FULL_MEMORY = "there is not enough memory"
TORCHS_MEMORY_ERRORS = ("allocate memory", "enough memory", "out of memory")  # each a RuntimeError


def whole_number(low: int, high: int, what: str) -> Callable[[str], int]:
    """A type for argparse: a whole number from low to high, or a sentence that begins with `what`."""
    return lambda text: _number(int, text, low, high, what)


def number(low: float, high: float, what: str) -> Callable[[str], float]:
    """The same for any number, as 0.5, .5 or 5e-1."""
    return lambda text: _number(float, text, low, high, what)


def _number(kind: Callable[[str], T], text: str, low: float, high: float, what: str) -> T:
    with suppress(ValueError):
        if TYPED.issuperset(text) and low <= (found := kind(text)) <= high:
            return found
    digits = ", in the digits 0 to 9" if any(map(str.isdigit, text)) and not text.isascii() else ""
    raise argparse.ArgumentTypeError(f"{what}{digits}, not '{text}'")


def shown(text: object) -> str:
    """A file's name, or a sentence with one in it, as it can stand on a terminal.

    A character that would move the cursor, change colours or turn the direction of reading is spelled as
    Python spells it: \\x1b, \\n, \\u202e. All others are left as they are.
    """
    return "".join(c.encode("unicode_escape").decode() if is_control(c) else c for c in str(text))


class Parser(argparse.ArgumentParser):
    """argparse's, whose complaints are `shown`: a file's name may look like an option."""

    def error(self, message: str) -> NoReturn:
        super().error(shown(message))

    def check_out(self, out: Path) -> None:
        """Before work of minutes: what --out cannot be is a wrong call."""
        try:
            check_writable(out)
        except OSError as refused:
            self.error(f"--out {out} cannot be written: {refused.strerror or refused}")


def told(program: str, work: Callable[[], int], *foreseen: type[Exception]) -> int:
    """Do the work of a command. Status: its own, or 1 where it went wrong or was stopped, which is told.

    OSError, a lack of memory and the `foreseen` are told in their own sentences; other errors are faults.
    """
    _let_any_name_be_printed()
    expected: tuple[type[Exception], ...] = (OSError, MemoryError, *foreseen)
    try:
        try:
            return work()
        finally:
            sys.stdout.flush()  # a full disk or a closed pipe is met here, where it can be told
    except expected as problem:
        _tell(f"{program}: {shown(problem) or FULL_MEMORY}")
    except RuntimeError as problem:
        if not any(words in str(problem) for words in TORCHS_MEMORY_ERRORS):
            raise
        _tell(f"{program}: {FULL_MEMORY}")
    except KeyboardInterrupt:
        _tell(f"\n{program}: stopped")
    return 1


def leave(main: Callable[[], int]) -> NoReturn:
    """Do a command that `told` ends, and end the process with its status.

    From here on Ctrl-C is heard; while the command was imported it ended the process (core/__init__.py).
    Ctrl-C may leave threads at work, which render or decode: Python would wait for them, and C++ aborts where
    Python is taken down around them. So the process ends without them.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        status = main()
    except SystemExit as said:  # after --help or a wrong call, by argparse
        status = int(said.code or 0)
    os._exit(status)


def _tell(sentence: str) -> None:
    """On stderr; whoever has closed it, or has it on a full disk, gets the status alone."""
    with suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)


def _let_any_name_be_printed() -> None:
    """A terminal may lack letters: that ends no command.

    A stream that is closed from the start is replaced by one that nobody reads.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
