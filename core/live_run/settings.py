"""All that a run depends on besides the photos, its hyperparameters: with equal ones it is the same run.

    losses          one to three names of `losses.LOSSES`; several are runs side by side
    learning_rate   α > 0            batch_size   examples a step; 0 means all of them
    l2              λ ≥ 0            optimiser    plain, momentum or adam
    hidden          neurons of each hidden layer, such as (64, 32); () is a head, x → 3
    activation      of the hidden layers: relu, tanh, sigmoid or identity; each loss brings the last one's
    init            W at step 0: zeros, equal, random, xavier or he (core.initialisation), drawn from `seed`;
                    or trained weights (core.live_run.starts), which bring their hidden layers: goal2, goal3,
                    network, or file, which is a person's own and stands in no link
    two, none       the shares of training photos with two balls and with none; the rest show one
    own             the share of a person's own photos among all of them, where there are any

Settings come from widgets, links and files, none of which is to be trusted: `checked` turns anything into
settings that hold, and says in a sentence what it did not take.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch

from core.activations import ACTIVATIONS, RELU, SIGMOID, Activation
from core.checked import is_whole
from core.initialisation import INITIALISATIONS, initialise
from core.live_run import MOST_LANES
from core.live_run.starts import FROM_FILE, SHIPPED_STARTS, layers_of
from core.losses import LOSSES
from core.network import Network
from core.optimisers import OPTIMISERS
from core.pixels import N
from core.weights import WeightsError, load_model

HIDDEN_ACTIVATIONS = ("relu", "tanh", "sigmoid", "identity")
MOST_LAYERS, WIDEST = 3, 256
SHARES = ("two", "none")


@dataclass(frozen=True)
class Settings:
    """See the module's text. Errors: ValueError in one sentence for a value that does not hold."""

    losses: tuple[str, ...] = ("binary",)
    learning_rate: float = 0.001
    batch_size: int = 64
    l2: float = 0.0
    optimiser: str = "plain"
    init: str = "zeros"
    seed: int = 0
    two: float = 0.15
    none: float = 0.23
    hidden: tuple[int, ...] = ()
    activation: str = RELU.name
    own: float = 0.0

    def __post_init__(self) -> None:
        # Tuples alone: a list would be equal to no other settings. Files have lists as names, too.
        several = isinstance(self.losses, tuple) and 1 <= len(self.losses) <= MOST_LANES
        if not (several and all(name in (*LOSSES,) for name in self.losses)):
            given = ", ".join(map(str, self.losses)) if isinstance(self.losses, tuple) else self.losses
            raise ValueError(f"A run has one to three of the losses {', '.join(LOSSES)}, not “{given}”.")
        if not (_is_number(self.learning_rate) and 0 < self.learning_rate <= 1e30):
            raise ValueError(
                f"The learning rate must be a positive number up to 1e30, not {self.learning_rate!r}."
            )
        if not (is_whole(self.batch_size) and 0 <= self.batch_size <= 1_000_000):
            raise ValueError(
                "The batch size must be a whole number from 1 to 1,000,000, or 0 for all photos, "
                f"not {self.batch_size!r}."
            )
        if not (_is_number(self.l2) and 0 <= self.l2 <= 1e6):
            raise ValueError(f"L2 must be zero or a positive number up to 1,000,000, not {self.l2!r}.")
        if self.optimiser not in (*OPTIMISERS,):
            raise ValueError(f"The optimiser is one of {', '.join(OPTIMISERS)}, not “{self.optimiser}”.")
        if self.init not in (*INITIALISATIONS, *SHIPPED_STARTS, FROM_FILE):
            known = ", ".join(INITIALISATIONS + SHIPPED_STARTS)
            raise ValueError(f"The start is one of {known}, not “{self.init}”.")
        few = isinstance(self.hidden, tuple) and len(self.hidden) <= MOST_LAYERS
        if not (few and all(is_whole(k) and 1 <= k <= WIDEST for k in self.hidden)):
            raise ValueError(
                f"There are up to {MOST_LAYERS} hidden layers of 1 to {WIDEST} neurons, such as 64,32, "
                f"not “{spell(self.hidden)}”."
            )
        if self.activation not in HIDDEN_ACTIVATIONS:
            raise ValueError(
                f"The hidden activation is one of {', '.join(HIDDEN_ACTIVATIONS)}, not “{self.activation}”."
            )
        if not (is_whole(self.seed) and 0 <= self.seed < 2**31):
            raise ValueError(f"The seed must be a whole number from 0 to 2147483647, not {self.seed!r}.")
        shares = (self.two, self.none)
        if not (all(_is_number(share) and 0 <= share <= 1 for share in shares) and sum(shares) <= 1):
            raise ValueError(
                "The shares of photos with two balls and with none lie between 0 and 1 and add up "
                f"to at most 1; they are {self.two!r} and {self.none!r}."
            )
        if not (_is_number(self.own) and 0 <= self.own <= 1):
            raise ValueError(f"The share of your own photos lies between 0 and 1, not {self.own!r}.")

    @classmethod
    def checked(
        cls, values: Mapping[str, Any], base: "Settings | None" = None
    ) -> "tuple[Settings, list[str]]":
        """`base` with every one of `values` that holds, and a sentence for each that does not.

        Text stands for what it spells: "0.01", "binary,softmax". Names that are no setting are passed over.
        """
        refused: list[str] = []
        settings, done = _with_both_shares(base or cls(), values, refused)
        for name in asdict(settings):
            if name not in values or name in done:
                continue
            try:
                settings = replace(settings, **{name: _value_of(name, values[name])})
            except (ValueError, TypeError) as error:
                refused.append(f"{error} It stays {spell(getattr(settings, name))}.")
        if settings.init in (*SHIPPED_STARTS, FROM_FILE):
            settings = _with_its_layers(settings, base or cls(), refused)
        return settings, refused

    def spelled(self) -> dict[str, str]:
        """The settings as text for a link, those only that differ from the usual ones.

        A link carries no file: a run that began from one is spelled without its start.
        """
        usual = asdict(Settings()) | ({"init": FROM_FILE} if self.init == FROM_FILE else {})
        return {name: spell(value) for name, value in asdict(self).items() if value != usual[name]}

    def start(self) -> tuple[Any, ...]:
        """What a run cannot change on its way: how it began, its layers, how many losses run side by side."""
        return self.init, self.seed, len(self.losses), self.hidden, self.activation if self.hidden else ""

    @property
    def sizes(self) -> tuple[int, ...]:
        """(12288, k[1], …, 3)."""
        return (N, *self.hidden, 3)

    def network(self, brought: Network | None = None) -> Network:
        """The network at step 0; a loss gives its last layer the activation that goes with it.

        brought: what `init` = "file" stands for. Errors: ValueError without it; WeightsError for a shipped
        file that is not there.
        """
        if self.init == FROM_FILE:
            if brought is None:
                raise ValueError("The weights that this run began from are not here any more.")
            return brought
        if self.init in SHIPPED_STARTS:
            return load_model(self.init)
        g: Activation = ACTIVATIONS[self.activation]
        generator = torch.Generator().manual_seed(self.seed)
        return initialise(
            self.sizes, (*(g for _ in self.hidden), SIGMOID), how=self.init, generator=generator
        )


def _with_both_shares(
    settings: Settings, values: Mapping[str, Any], refused: list[str]
) -> tuple[Settings, tuple[str, ...]]:
    """`two` and `none` as a pair, where both are given: each alone might not fit what the other was before.

    → the settings, and the names that are dealt with: none where one is missing or would not hold by itself.
    """
    try:
        pair = {name: _value_of(name, values[name]) for name in SHARES}
        for name, share in pair.items():
            Settings(**(dict.fromkeys(SHARES, 0.0) | {name: share}))
    except (KeyError, ValueError, TypeError):
        return settings, ()
    try:
        return replace(settings, **pair), SHARES
    except ValueError as error:
        refused.append(f"{error} They stay {spell(settings.two)} and {spell(settings.none)}.")
        return settings, SHARES


def _with_its_layers(settings: Settings, before: Settings, refused: list[str]) -> Settings:
    """Trained weights bring their layers; whoever chooses other layers thereby chooses another start."""
    chosen = settings.init != before.init
    if settings.init == FROM_FILE:
        if chosen:
            refused.append("Weights from a file are chosen on the page; a link cannot bring them.")
            return replace(settings, init=before.init)
        hidden, activation = before.hidden, before.activation
    else:
        try:
            hidden, activation = layers_of(load_model(settings.init))
            fitted = replace(settings, hidden=hidden, activation=activation or settings.activation)
        except (WeightsError, ValueError) as missing:
            refused.append(f"The start “{settings.init}” cannot be had: {missing}.")
            return replace(settings, init=before.init if chosen else "he" if settings.hidden else "zeros")
        if chosen:
            if settings.hidden not in (before.hidden, hidden):
                refused.append(
                    f"The start “{settings.init}” brings its own hidden layers, {spell(hidden)}, "
                    f"not {spell(settings.hidden)}."
                )
            return fitted
    same = settings.hidden == hidden and (not hidden or settings.activation == activation)
    return settings if same else replace(settings, init="he" if settings.hidden else "zeros")


def spell(value: Any) -> str:
    """A setting as text: 0.001, 10, binary,softmax."""
    if isinstance(value, tuple):
        return ",".join(str(one) for one in value) or "none"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _value_of(name: str, value: Any) -> Any:
    """The setting that a text spells, the way back of `spell`; what is no text nearly as it is.

    Errors: ValueError or TypeError; whether the value holds is `Settings`' affair.
    """
    kind = type(getattr(Settings, name))
    if name in ("losses", "hidden") and not isinstance(value, (str, list, tuple)):
        raise ValueError(f"The {'hidden layers' if name == 'hidden' else name} are a list.")
    if name == "losses":
        return tuple(value.split(",")) if isinstance(value, str) else tuple(value)
    if name == "hidden":
        return _widths(value) if isinstance(value, str) else tuple(value)
    if not isinstance(value, str):
        return _as_float(value) if kind is float and is_whole(value) else value
    if kind is str:
        return value
    try:
        if not value.isascii() or "_" in value:  # int and float take ٣ and 1_0 as well
            raise ValueError(value)
        return kind(value.strip()[:40])
    except ValueError:
        words = {
            "learning_rate": "learning rate",
            "batch_size": "batch size",
            "l2": "L2",
            "own": "share of your own photos",
            "two": "share of photos with two balls",
            "none": "share of photos with no ball",
        }
        number = "whole number" if kind is int else "number"
        raise ValueError(f"The {words.get(name, name)} must be a {number}, not “{value[:40]}”.") from None


def _widths(text: str) -> tuple[int, ...]:
    parts = [] if text.strip() in ("", "none") else [part.strip() for part in text[:40].split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 12 for part in parts):
        raise ValueError(
            f"The hidden layers are whole numbers with commas between, such as 64,32, not “{text[:40]}”."
        )
    return tuple(int(part) for part in parts)


def _as_float(value: int) -> float:
    """∞ for what no float holds: JSON has whole numbers of any length."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < math.inf
