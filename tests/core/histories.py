"""What tests of histories share: events, and a history of two lanes."""

from core.live_run.events import Event
from core.live_run.history import History


def rate(step, before, after):
    return Event(step, "rate", None, before, after, f"α {before} → {after}")


def example():
    history = History(["A binary", "B softmax"])
    for step in range(1, 31):
        history.note_step(step, [1 / step, None if step > 20 else 2 / step])
        if step % 10 == 0:
            for lane in (0, 1):
                history.note_evaluation(step, lane, 0.5, 0.6, test_accuracy=lane / 3)
        if step == 10:
            history.note(Event(10, "loss", 1, "softmax", "binary", "softmax → binary"))
            history.note(rate(10, "0.1", "0.2"))
            history.note_evaluation(10, 1, train_cost=0.9)
    return history
