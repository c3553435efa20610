"""Before and after the labels changed places: both runs of core.experiments.label_order, as they train."""

from ui.components import load
from ui.pictures import signed_rgb
from ui.shared import data_url
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.three_neurons import scale_of

# Only for annotations: core.experiments brings torch, which is here already on any page that shows this.
from core.experiments import LabelOrderProgress, TrainedOn  # isort: skip

_swap = load("label_swap")


def label_swap(progress: LabelOrderProgress, *, key: str) -> None:
    """Mount the two rows: label given, weights (one scale for all six), AUC of each ball, ball detected."""
    scale = max(scale_of(run.network.layers[0].W.numpy()) for run in (progress.before, progress.after))
    _swap(
        key=key,
        data={
            "names": list(BALL_NAMES.values()),
            "colours": list(BALL_COLOURS.values()),
            "trained": progress.step > 0,
            "done": progress.done,
            "before": _run(progress.before, "Before: the lecture’s order", scale),
            "after": _run(progress.after, "After: your order", scale),
        },
    )


def _run(run: TrainedOn, title: str, scale: float) -> dict[str, object]:
    return {
        "title": title,
        "note": f"accuracy {run.accuracy:.1%} · J = {run.cost:.2f}",
        "order": list(run.order),
        "detects": list(run.detects),
        "auc": [[round(value, 4) for value in row] for row in run.auc.tolist()],
        "pictures": [data_url(signed_rgb(w, scale)) for w in run.network.layers[0].W.numpy()],
    }
