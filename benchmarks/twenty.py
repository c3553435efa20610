"""A hall: twenty people train at once on one server, three of them in a Chromium, and one in three clicks.

    share     all train at full speed; meanwhile the loss is switched on one page after the other
    turmoil   each changes loss, α, batch, lanes, or plays, pauses, resets, reloads, loses the line

Who has no browser speaks as the page does, see benchmarks.visiting. A click is answered when a frame of the
run shows the new loss. Both parts also look for what must not happen: a traceback in the server's log, an
exception on a page, a run that does not advance. All of it depends on what else the machine does.
"""

import contextlib
import os
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import Server, serve
from benchmarks.visiting import Visitor
from tests.browser.chromium import launch

PEOPLE, BROWSERS, SECONDS, PAUSE = 20, 3, 60.0, 2.0  # PAUSE: seconds between two clicks
LOSSES = ("binary", "softmax", "tangled", "squared")
STEP = "Number(document.querySelector('[data-pictures]')?.dataset.step ?? -1)"


def main() -> None:
    """Print both parts; the exit status is 1 where something happened that must not."""
    with serve() as server, contextlib.ExitStack() as leaving:
        first = Visitor(server)
        first.open()
        first.wait(lambda frame: "step" in frame)  # until then the photos are rendered
        first.leave()
        people = [Visitor(server) for _ in range(PEOPLE - BROWSERS)]
        for person in people:
            leaving.callback(person.leave)
            person.open()
        with sync_playwright() as playwright:
            browser = launch(playwright)
            pages = [browser.new_context().new_page() for _ in range(BROWSERS)]
            for page in pages:
                page.goto(f"{server.url}/training")
                page.wait_for_function(f"{STEP} >= 0", timeout=120_000)
            share(server, people, pages)
            browser.close()
        turmoil(server, people)
        problems = _problems(server, people)
    print("what must not happen: " + ("; ".join(problems) or "nothing of it happened"))
    if problems:
        sys.exit(1)


def share(server: Server, people: list[Visitor], pages: list[Page]) -> None:
    """All train; print the steps of each, how soon clicks were answered, what a page says, the memory."""
    for person in people:
        person.wait(lambda frame: "step" in frame)
        person.ask("pace", pace="full")
        person.ask("play")
    for page in pages:
        page.locator(".pace select").select_option("full")
        page.locator(".play").click()
    time.sleep(3.0)
    before, begun = _steps(people, pages), time.monotonic()
    megabytes = _megabytes(server)
    drawn, shown, clicked = [], [], []
    for i in range(10**6):
        if time.monotonic() - begun > SECONDS:
            break
        person, loss = people[i % len(people)], LOSSES[(1 + i // len(people)) % len(LOSSES)]
        start = time.perf_counter()
        person.ask("loss", lane=0, loss=loss)
        person.wait(lambda frame, loss=loss: frame["lanes"][0]["loss"] == loss)
        shown.append(1000 * (time.perf_counter() - start))
        drawn.append(1000 * person.follow())
        if pages and i % 4 == 0:
            clicked.append(1000 * _click(pages[i // 4 % len(pages)], LOSSES[(1 + i // 4 // len(pages)) % 4]))
        time.sleep(PAUSE)
    spent = time.monotonic() - begun
    steps = [after - earlier for earlier, after in zip(before, _steps(people, pages), strict=True)]
    line = f"{min(steps):,} / {median(steps):,.0f} / {max(steps):,} steps in {spent:.0f} s"
    ratio = max(steps) / max(1, min(steps))
    print(f"{len(steps)} runs at once, least / median / most: {line}, ratio {ratio:.2f}")
    print(f"answered clicks: {len(shown)}; new loss in a frame after {_spread(shown)} ms, "
          f"the page drawn again within {_spread(drawn)} ms")  # fmt: skip
    if clicked:
        said = pages[0].locator(".live-training").inner_text()
        shares = re.search(r"\d+ runs share \d+ cores?", said)
        print(f"in Chromium, click to the new loss painted: {_spread(clicked)} ms; its page says "
              f"“{shares[0] if shares else 'nothing of others'}”")  # fmt: skip
    frames = [len([at for at, _ in person.seen if at > time.monotonic() - 10]) / 10 for person in people]
    print(f"frames a second, without a browser: {_spread(frames, 1)}")
    print(f"the server’s memory: {megabytes} MB when all trained, {_megabytes(server)} MB at the end; "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
    stuck = sum(step == 0 for step in steps)
    if stuck:
        people[0].exceptions.append(f"{stuck} runs did not advance")


def _click(page: Page, loss: str) -> float:
    """Seconds until the formula is another one."""
    switch, law = page.locator(f".loss input[value={loss}]"), page.locator(".lanes .law")
    if switch.is_checked():
        return 0.0
    before, begun = law.text_content(), time.perf_counter()
    switch.click()
    page.wait_for_function(
        "before => document.querySelector('.lanes .law').textContent !== before", arg=before
    )
    return time.perf_counter() - begun


def turmoil(server: Server, people: list[Visitor]) -> None:
    """Everybody does anything; print how much was done, and whether every run can still train afterwards."""
    counts: dict[str, int] = {}
    ends = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=_restless, args=(i, person, ends, counts)) for i, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = ", ".join(f"{count} × {what}" for what, count in sorted(counts.items()))
    print(f"turmoil of {SECONDS:.0f} s: {done}")
    alive = 0
    for person in people:
        with _noted(person):
            person.choose("Learning rate α", "0.001")
            person.ask("reset")
            person.wait(lambda frame: frame.get("step") == 0)
            person.ask("step")
            person.wait(lambda frame: frame.get("step") == 1)
            alive += 1
    print(f"{alive} of {len(people)} runs begin anew and take a step; memory {_megabytes(server)} MB")


def _restless(i: int, person: Visitor, ends: float, counts: dict[str, int]) -> None:
    dice = random.Random(i)

    def settle(label: str) -> None:
        person.choose(label, dice.choice(person.options(label)))

    acts: dict[str, Callable[[], None]] = {
        "loss": lambda: person.ask("loss", lane=0, loss=dice.choice(LOSSES)),
        "α": lambda: settle("Learning rate α"),
        "batch": lambda: settle("Batch size (photos)"),
        "optimiser": lambda: settle("Optimiser"),
        "shares": lambda: settle("Share of training photos with two balls"),
        "lanes": lambda: settle("Runs side by side"),
        "play": lambda: person.ask("play"),
        "pause": lambda: person.ask("pause"),
        "reset": lambda: person.ask("reset"),
        "gradient": lambda: person.ask("view", view="gradient"),
        "line lost": person.reconnect,
        "reload": person.reload,
    }
    while time.monotonic() < ends:
        what = dice.choice(list(acts))
        with _noted(person):
            acts[what]()
        counts[what] = counts.get(what, 0) + 1
        time.sleep(dice.uniform(0.1, 1.5))


@contextlib.contextmanager
def _noted(person: Visitor) -> Iterator[None]:
    try:
        yield
    except Exception as fault:
        person.exceptions.append(f"{type(fault).__name__}: {fault}")


def _problems(server: Server, people: list[Visitor]) -> list[str]:
    said = Counter(one for person in people for one in person.exceptions)
    found = [f"{count} × {one[:300]}" for one, count in said.items()]
    log = server.said()
    if "Traceback" in log:
        found.append(f"the server’s log: {log[log.index('Traceback') :][:2000]}")
    return found


def _steps(people: list[Visitor], pages: list[Page]) -> list[int]:
    return [person.step for person in people] + [int(page.evaluate(STEP)) for page in pages]


def _megabytes(server: Server) -> str:
    try:
        return f"{server.megabytes():.0f}"
    except OSError:
        return "unknown"  # this system has no /proc


def _spread(values: list[float], places: int = 0) -> str:
    return f"{min(values):.{places}f} / {median(values):.{places}f} / {max(values):.{places}f}"


if __name__ == "__main__":
    main()
