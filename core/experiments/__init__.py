"""What the lecture claims about training, measured. Each experiment trains and yields what it sees.

    label_order   the labels decide what each neuron detects
    imbalance     one baseball among very many photos: the baseball neuron's recall
    symmetry      equal first weights stay equal; zeros stay zeros; random ones learn

Nothing is shown or stored here: photos and labels come in as tensors, seeds as arguments, and every
yielded value is a frozen record that a page may draw while the run goes on.
"""

from core.experiments.imbalance import COUNTS, ImbalanceProgress, ImbalanceRun, imbalance
from core.experiments.label_order import ORDERS, LabelOrderProgress, TrainedOn, label_order

__all__ = [
    "COUNTS",
    "ORDERS",
    "ImbalanceProgress",
    "ImbalanceRun",
    "LabelOrderProgress",
    "TrainedOn",
    "imbalance",
    "label_order",
]
