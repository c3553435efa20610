"""Runs worth a try on the page "Live training", as links: section 7 of the lecture, where the notes end."""

from collections.abc import Sequence

from core.live_run.settings import Settings
from ui.live_training.run_link import query

NBSP = "\N{NO-BREAK SPACE}"
Links = Sequence[tuple[str, Settings]]  # what a link says, and what it opens

WORTH_A_RUN: tuple[tuple[str, str, Links], ...] = (
    (
        "Over-fitting",
        "After a few thousand steps the accuracy on training photos runs far ahead of that on test photos. "
        "How much of the gap does L2 close?",
        (("Adam", Settings(optimiser="adam")), ("with λ = 0.1", Settings(optimiser="adam", l2=0.1))),
    ),
    (
        "Stochastic, mini-batch, batch",
        "One photo a step, 64, or all of them: how rough is J, and how far does one epoch get?",
        tuple(
            (words, Settings(batch_size=size, learning_rate=0.0003))
            for words, size in (("1 photo", 1), ("64 photos", 64), ("all of them", 0))
        ),
    ),
    (
        "Equal starts",
        "Eight hidden neurons that start alike stay alike, whatever they learn: eight times one picture.",
        (
            ("all equal", Settings(hidden=(8,), init="equal", learning_rate=0.003)),
            ("He", Settings(hidden=(8,), init="he", learning_rate=0.003)),
        ),
    ),
    (
        "No activation between",
        "32 hidden neurons without one are a linear map. Which of these gets more training photos right?",
        (
            ("identity", Settings(hidden=(32,), activation="identity", init="xavier")),
            ("ReLU", Settings(hidden=(32,), activation="relu", init="he")),
        ),
    ),
    (
        "Squared error on the flat part of σ",
        "Two losses, and steps that are too large at first. Lower α: which of them recovers?",
        (
            (
                "squared beside binary",  # in one piece even on the narrowest phone
                Settings(losses=("squared", "binary"), optimiser="adam", learning_rate=0.03),
            ),
        ),
    ),
    (
        "Two balls in half of the photos",
        "What does a loss that shares out a whole 1 make of them? See *Two balls, one ball, none* above.",
        (("sigmoids beside softmax", Settings(losses=("binary", "softmax"), two=0.5)),),
    ),
)


def worth_a_run() -> str:
    """The list, in Markdown. A browser opens a link in a tab of its own, so the run here goes on."""
    return "\n".join(
        f"- **{title}.** {question} "
        + f"{NBSP}· ".join(f"[{words.replace(' ', NBSP)}](training?{query(s)})" for words, s in links)
        for title, question, links in WORTH_A_RUN
    )
