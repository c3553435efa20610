"""A run of Goal 2's imbalance as it might have come out, for tests of what is shown of it."""

from core.experiments.imbalance import ImbalanceRun


def imbalance_run(
    count: int, seed: int, found: float, *, auc: float = 0.8, accuracy: float = 0.99
) -> ImbalanceRun:
    """The share `found` of the baseballs is found, with `count` in training; auc, accuracy: that neuron’s."""
    return ImbalanceRun(
        count=count,
        seed=seed,
        photos=1753 + count,
        with_ball=(1000, 980, count),
        recall=(0.7, 0.8, found),
        specificity=(0.5, 0.6, 1.0),
        auc=(0.6, 0.8, auc),
        accuracy=(0.6, 0.7, accuracy),
    )
