"""What was measured on photos, in words and as JSON."""

from collections.abc import Iterable
from dataclasses import asdict

from core.balls import KINDS
from core.intervals import Estimate
from core.photo_folder.accuracy import Measured
from core.terminal import shown


def say(name: str, measured: Measured) -> None:
    """The shares with their 95 % intervals, for people."""
    if len(name) >= 14:  # a file's name may be of any length: it has a line of its own
        print(shown(name))
        name = ""
    if measured.which is not None:
        print(f"{name:14}which of the three {measured.which}")
        print(f"{'':16}{_by_ball(measured.which_by_ball)}")
        print(f"{'':14}any of the three   {measured.any_ball}, balanced")
        print(f"{'':16}with a ball {measured.with_a_ball} · with none {measured.with_none}")
        name = ""
    print(f"{name:14}answers right      {_by_ball(measured.answers)}")
    print(f"{'':16}where it is there: {_by_ball(measured.present)}")
    print(f"{'':16}where it is not: {_by_ball(measured.absent)}", flush=True)


def _by_ball(shares: Iterable[Estimate]) -> str:
    return " · ".join(f"{ball} {share}" for ball, share in zip(KINDS, shares, strict=False))


def as_json(measured: Measured) -> dict[str, object]:
    """The same as JSON's own types; a share of no photos has the value null."""
    answer: dict[str, object] = {}
    for name, share in vars(measured).items():
        if isinstance(share, Estimate):
            answer[name] = _share(share)
        elif share:
            answer[name] = {ball: _share(of_ball) for ball, of_ball in zip(KINDS, share, strict=False)}
    return answer


def _share(share: Estimate) -> dict[str, float | None]:
    return asdict(share) | ({"value": None} if share.of == 0 else {})
