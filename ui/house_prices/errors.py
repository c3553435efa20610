"""How far the models are from the prices of unseen houses, and which is nearer, in a sentence."""

from collections.abc import Sequence

from core.house_networks import Pair, rmse
from ui.house_prices.networks import world


def errors(pair: Pair) -> list[tuple[str, float]]:
    """RMSE in k€ over the unseen houses: a linear model, both networks, and the noise that none can beat."""
    here = world()
    noise = float((here.unseen.price - here.unseen.expected).square().mean().sqrt())
    return [
        ("a linear model", rmse(here.linear, here.scale, here.unseen)),
        ("wired by hand", rmse(pair.hand, here.scale, here.unseen)),
        ("fully connected", rmse(pair.full, here.scale, here.unseen)),
        ("noise alone", noise),
    ]


def unfinished(pair: Pair, running: bool) -> str:
    """What stands in the place of conclusions as long as the training has not come to its end."""
    if running:
        return "The errors appear here when the training is done."
    return f"The training was stopped at step {pair.step:,} of {pair.steps:,}. *Train again* starts it over."


def what_errors_say(values: Sequence[tuple[str, float]]) -> str:
    """Which of the two is nearer, in a sentence from the numbers."""
    linear, hand, full, _ = (value for _, value in values)
    if full < 0.97 * hand:
        first = "**The black box is nearer to the prices** than the network that a person can read"
    elif full <= 1.03 * hand:
        first = "**The black box does as well** as the network that a person can read"
    else:
        first = "**This time the network wired by hand is nearer** to the prices"
    tail = "" if max(hand, full) < linear else " Not both of them beat the linear model here."
    return f"{first}. The RMSE is {full:.0f} k€ fully connected, {hand:.0f} k€ wired by hand.{tail}"
