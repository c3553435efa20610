"""Numbers as they are shown."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress

LARGE = 1e6
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def adding_up(terms: Sequence[float], least: int = 2, most: int = 4) -> tuple[list[str], str]:
    """The terms and their sum, rounded so that the rounded terms visibly add up to the rounded sum.

    With `least` decimals where that works by itself, else with up to `most`; where even these do not, the
    terms that lose most by rounding down are rounded up, which moves none by more than a unit of the last
    decimal. What is larger than a million, on the way to a divergence, has a power of ten: 1.02e+19. What is
    not finite is "∞".
    """
    total = sum(terms)
    if not math.isfinite(total):
        return [f"{term:.2f}" if abs(term) < LARGE else "∞" for term in terms], "∞"
    if abs(total) >= LARGE:
        power = math.floor(math.log10(abs(total)))
        shown, their_sum = adding_up([term / 10.0**power for term in terms])
        return [f"{text}e+{power}" if float(text) else "0" for text in shown], f"{their_sum}e+{power}"
    for digits in range(least, most + 1):
        unit = 10**digits
        whole = [round(term * unit) for term in terms]
        if sum(whole) == round(total * unit):
            break
    else:
        whole = [math.floor(term * unit) for term in terms]
        missing = round(total * unit) - sum(whole)
        for k in sorted(range(len(terms)), key=lambda k: whole[k] - terms[k] * unit)[:missing]:
            whole[k] += 1
    return [f"{n / unit:.{digits}f}" for n in whole], f"{round(total * unit) / unit:.{digits}f}"


def digits_that_give(f: Callable[[float], float], x: float, value: str, least: int = 3) -> str:
    """x with so many decimals, `least` to 6, that f of what is shown comes to the number written as `value`.

    So a line that is printed holds on a calculator. Where `value` was rounded the other way, to add up with
    others, it is f(x) as it is rounded by itself.
    """
    decimals = len(value.partition(".")[2])
    for wanted in (value, f"{f(x):.{decimals}f}"):
        for digits in range(least, 7):
            shown = f"{x:.{digits}f}"
            with suppress(ValueError):  # where rounding has led out of what f takes
                if f"{f(float(shown)):.{decimals}f}" == wanted:
                    return shown
    return f"{x:.6f}"


def plain(value: float, digits: int = 2) -> str:
    """As in a formula: 1.50, -1.50 with a hyphen for KaTeX, and no minus before zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}"


def number(value: float, digits: int = 2) -> str:
    """As in a sentence: 1.50, −1.50 with a true minus, 0.00 without one."""
    return plain(value, digits).replace("-", "−")


def signed(value: float, digits: int = 2) -> str:
    """As what is added in a sentence: +1.50, −1.50 with a true minus, 0.00 without a sign."""
    text = plain(value, digits)
    return text if float(text) == 0 else f"{float(text):+.{digits}f}".replace("-", "−")


def with_sign(text: str) -> str:
    """A number that is text already: "1.50" → "+1.50", "-1.50" → "−1.50", "0.00" as it is."""
    return text if float(text) == 0 else text.replace("-", "−", 1) if text.startswith("-") else f"+{text}"


def percent(share: float, digits: int = 0) -> str:
    """0.64 → "64 %", with a narrow space at which no line ends; halves go up, as in JavaScript."""
    unit = 10**digits
    return f"{math.floor(100 * share * unit + 0.5) / unit:.{digits}f}\u202f%"


def power(value: float, decimals: int = 0) -> str:
    """With one digit, and so many decimals where they are not 0: 3e-17 → "3·10⁻¹⁷"; 0 → "0"."""
    if value == 0:
        return "0"
    digit, exponent = f"{value:.{decimals}e}".split("e")
    if decimals:
        digit = digit.rstrip("0").removesuffix(".")
    return f"{digit}·10{str(int(exponent)).translate(RAISED)}"


def small(value: float) -> str:
    """From 0.001 on with three decimals, below with a power of ten."""
    return f"{value:.3f}" if value >= 0.001 else power(value)
