"""A training run as a short Python script in plain PyTorch: torch.nn.Linear, autograd, torch.optim.

    J = mean of torch's own loss + (λ/2) Σ W²,   J.backward(),   optimiser.step()

The script takes the photos, and the shipped weights where the run began from them, from this project, and
comes to the same weights, up to rounding, as `descent` does with derivatives in closed form. Examples
are columns in this project, rows in torch.nn and there.

Only numbers of checked `Settings`, through `repr`, and the names in the tables below get into the script.
"""

from collections.abc import Sequence
from itertools import pairwise

from core.live_run import LANES
from core.live_run.plain_script_parts import (
    BROUGHT,
    CHANGE,
    CHANGED_OPTIMISER,
    CHANGED_PHOTOS,
    HEAD,
    LOADED,
    LOSS_CODE,
    MERGED,
    MODULE_CODE,
    OPTIMISER_CODE,
    OWN,
    PHOTOS,
    START_CODE,
    STARTED,
    TRAIN,
)
from core.live_run.settings import Settings
from core.live_run.starts import FROM_FILE, SHIPPED_STARTS
from core.losses import LOSSES


def plain_script(
    settings: Settings,
    photos_count: int,
    changes: Sequence[tuple[int, Settings]],
    steps: int,
    merged: int = 0,
    own: bool = False,
) -> str:
    """The script of a run that began with `settings` on the first `photos_count` training photos.

    changes: (after how many steps, all settings from then on), in order; steps: how many were taken.
    A change after the last step is left out: no step has seen it.
    merged: how many changes are not there any more; own: whether the run learned from photos of a person's
    own. Of either the script says so: it is another run then.
    Errors: ValueError for steps that go back, or changes of what no run can change on its way.
    """
    if min(steps, photos_count - 1, *(since for since, _ in changes), 0) < 0:
        raise ValueError("a run has photos, and steps from 0 up")
    if any(later < earlier for (earlier, _), (later, _) in pairwise(changes)):
        raise ValueError("the changes of a run stand in the order of their steps")
    plan = {0: settings}
    for since, then in changes:
        if then.start() != settings.start():
            raise ValueError("the start and the number of losses belong to a run from its beginning")
        if since < max(1, steps):
            plan[since] = then
    used = {name for then in plan.values() for name in then.losses}
    parts = [
        HEAD.format(
            what="A network learns" if settings.hidden else "Three neurons learn",
            note=_note(settings, merged, own),
            tensors="load_file, save_file" if _loads(settings) else "save_file",
        ),
        f"\nSEED, STEPS = {int(settings.seed)!r}, {int(steps)!r}\n",
        f"SIZES = {tuple(map(int, settings.sizes))!r}  # inputs, then the neurons of each layer\n",
        _table(plan),
        PHOTOS.format(count=repr(int(photos_count))),
        *(code for name, code in LOSS_CODE.items() if name in used),
        _started(settings),
        TRAIN.format(
            model=_model(settings),
            hidden=f"{_quoted(settings.activation, MODULE_CODE)}, " * len(settings.hidden),
            optimiser=OPTIMISER_CODE[plan[0].optimiser],
            change=_change(list(plan.values())),
        ),
        *(_lane(lane, plan) for lane in range(len(settings.losses))),
    ]
    return "".join(parts)


def _note(settings: Settings, merged: int, own: bool) -> str:
    """What a reader has to know before running it."""
    brought = BROUGHT if settings.init == FROM_FILE else ""
    return OWN * own + brought + (MERGED.format(count=f"{int(merged):,}") if merged else "")


def _loads(settings: Settings) -> bool:
    return settings.init in (*SHIPPED_STARTS, FROM_FILE)


def _started(settings: Settings) -> str:
    """The function that makes the layers as they are at step 0."""
    if not _loads(settings):
        return STARTED.format(start=START_CODE[settings.init])
    known = {name: f"assets/weights/{name}.safetensors" for name in SHIPPED_STARTS}
    return LOADED.format(file=(known | {FROM_FILE: "start.safetensors"})[settings.init])


def _values(settings: Settings) -> dict[str, str]:
    """The settings that all lanes share, as Python writes them."""
    return {
        "rate": repr(float(settings.learning_rate)),
        "batch": repr(int(settings.batch_size)),
        "l2": repr(float(settings.l2)),
        "optimiser": _quoted(settings.optimiser, OPTIMISER_CODE),
        "two": repr(float(settings.two)),
        "none": repr(float(settings.none)),
    }


def _table(plan: dict[int, Settings]) -> str:
    """SETTINGS of the script: all of them at step 0, then those only that changed."""
    rows: list[str] = []
    before: dict[str, str] = {}
    for since, then in plan.items():
        now = _values(then)
        new = ", ".join(f"{name}={value}" for name, value in now.items() if before.get(name) != value)
        if new:
            rows.append(f"    {int(since)!r}: dict({new}),\n")
        before = now
    head = "SETTINGS = {  # after so many steps: what holds from then on; batch 0 is all photos\n"
    return head + "".join(rows) + "}\n"


def _model(settings: Settings) -> str:
    """The layers in a row, the hidden ones each with its activation."""
    layers = [f"linears[{l}], {MODULE_CODE[settings.activation]}, " for l, _ in enumerate(settings.hidden)]  # noqa: E741
    last = f"linears[{len(layers)}]"
    return f"torch.nn.Sequential({''.join(layers)}{last})" if layers else last


def _change(plan: list[Settings]) -> str:
    """The lines that take up a change, those that this run needs."""
    if len(plan) == 1:
        return ""
    lines = CHANGE
    if len({(then.two, then.none) for then in plan}) > 1:
        lines += CHANGED_PHOTOS
    optimisers = [name for name in OPTIMISER_CODE if any(then.optimiser == name for then in plan)]
    if len(optimisers) > 1:
        lines += CHANGED_OPTIMISER
        for name in optimisers:
            lines += f'\n            if now["optimiser"] == {_quoted(name, OPTIMISER_CODE)}:'
            lines += f"\n                optimiser = {OPTIMISER_CODE[name]}"
    return lines


def _lane(lane: int, plan: dict[int, Settings]) -> str:
    """The section of one lane: its losses by step, and the call."""
    losses, name = [], ""
    for since, then in plan.items():
        if then.losses[lane] != name:
            name = then.losses[lane]
            losses.append(f"{int(since)!r}: {_known(name, LOSS_CODE)}")
    file, activation = f"weights-{LANES[lane]}.safetensors", LOSSES[name].activation.name
    return f'\n# {LANES[lane]}\ntrain({{{", ".join(losses)}}}, file="{file}", activation="{activation}")\n'


def _known(name: str, table: dict[str, str]) -> str:
    """The table's own spelling of the name. Errors: KeyError if it is not there."""
    return {known: known for known in table}[name]


def _quoted(name: str, table: dict[str, str]) -> str:
    return f'"{_known(name, table)}"'
