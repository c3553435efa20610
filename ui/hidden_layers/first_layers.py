"""What is to be seen in the shipped network's first layer: neurons of the wall above, where a press leads."""

from core.network import Network
from ui.components import load
from ui.hidden_layers.weight_wall import weight_pixels, weights_scale
from ui.packing import pack

# What is to be seen in the shipped network's first layer, neurons counted from 1: the row, then the words.
SHOWN = (
    (20, "green"),
    (35, "magenta"),
    (14, "orange, blue"),
    (57, "blue, orange"),
    (3, "spots"),
    (17, "spots"),
    (37, "spots"),
    (26, "noise"),
)
SEEN = (
    ("Round things in the middle, where the balls are. Patches of one colour: ", (20, 30, 55)),
    (" green, ", (7, 35, 48)),
    (" magenta. Orange beside blue: ", (14, 42, 57, 61)),
    (". Rings, and dark and white spots like a soccer ball’s: ", (3, 17, 28, 36, 37, 39)),
    (
        ". And much that has no name. Most resemble their own mirror image: training showed every photo "
        "mirrored, too. A clear picture need not matter: switched off, ",
        (35,),
    ),
    (" costs hardly any answers, and ", (26,)),
    (", which looks like noise, far more.", ()),
)

_first_layers = load("unpack", "elements", "pictures", "hidden_layers/first_layers")


def first_layers(network: Network, hears: str, key: str) -> None:
    """Mount the row, of the network that ships. hears: the wall of its first layer."""
    W = network.layers[0].W
    header = {
        "to": hears,
        "whole": [{"neuron": j - 1, "name": name} for j, name in SHOWN],
        "seen": [{"text": text, "neurons": [j - 1 for j in neurons]} for text, neurons in SEEN],
    }
    pixels = weight_pixels(W[[j - 1 for j, _ in SHOWN]], weights_scale(W))
    _first_layers(key=key, data=pack(header, {"whole_pictures": pixels}))
