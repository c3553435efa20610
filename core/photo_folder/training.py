"""A model trained on a folder of photos of any size, from where it can go on after a kill.

    batch of step s   photos of the folder, mirrored by a coin, and a share of rendered ones (plan.py)
    rate of step s    falling to a tenth, as the shipped models were trained (core.training)
    weights kept      the mean over the last 40 % of the steps
    patches           x is what a photo's patches excite on average; the layers above learn (core.patches)

Which photos a step takes, which are mirrored and which rendered ones come with them follows from the seed and
the number of the step alone. So the weights, the moments, the mean and that number are the whole state, and
a continued training equals the uninterrupted one bit for bit. Photos are decoded ahead in other threads and
kept small in a file (core.photo_folder.cache); memory holds a few batches whatever the folder's size.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.balls import Photos
from core.descent import Descent
from core.network import Network
from core.optimisers import Moments, falling
from core.patches import above, below, excited, sees_patches
from core.photo_folder.cache import CROPS, PhotoCache
from core.photo_folder.folder import PhotoFolder
from core.photo_folder.plan import HOW, PhotoPlan, Place, places, rendered_drawn
from core.photo_folder.stream import read_file
from core.photo_folder.training_file import Reached, load_training, save_training
from core.photos import PhotoError
from core.processor.parallel import in_parallel
from core.training import towards
from core.weights import network_tensors


class PhotoTraining:
    """The training after some of its steps; `which` of the folder's photos it sees (m,) int64, m ≥ 1.

    `rendered`: how many photos are mixed in, 0 where share = 0; `mix_in` brings them before the first step.
    The network given is where it starts.
    A step changes `reached` alone, and at once: whatever stops it, the training stands after a whole step.
    """

    def __init__(
        self,
        plan: PhotoPlan,
        folder: PhotoFolder,
        which: Tensor,
        network: Network,
        rendered: int,
        *,
        device: torch.device | str = "cpu",
    ) -> None:
        self.plan, self.folder, self.which, self._count = plan, folder, which, rendered
        self.rendered: Photos | None = None
        self.device = torch.device(device)
        self.still = below(network).to("cpu") if sees_patches(network) else None  # layers that do not learn
        learning = (above(network) if self.still else network).to(self.device)
        self.reached = Reached(learning, learning, Moments.zero(learning.parameters))
        self.steps = plan.steps(len(which))
        self.identity = self._identity(network)
        self._rendered_seen: dict[int, Tensor] = {}  # which rendered photo → its x

    def _identity(self, network: Network) -> dict[str, Any]:
        """What must be the same for a state to be continued: the options, the photos, the start."""
        start = hashlib.sha256()
        for name, tensor in sorted(network_tensors(network).items()):
            start.update(name.encode() + tensor.numpy().tobytes())
        return {
            **asdict(self.plan),
            "photos": self.folder.fingerprint,
            "crops": CROPS,
            "rendered": self._count,
            "device": self.device.type,
            "weights at the start": start.hexdigest(),
        }

    def mix_in(self, rendered: Photos) -> None:
        """The rendered photos. Errors: ValueError if they are not as many as was said."""
        if len(rendered) != self._count:
            raise ValueError(f"{self._count} photos are mixed in, not {len(rendered)}")
        self.rendered = rendered

    def run(
        self, cache: PhotoCache, *, left_out: Callable[[Path, PhotoError], None]
    ) -> Iterator[tuple[int, float | None]]:
        """Step to the end; after each, how many photos of the folder it passed and its J (None: none came).

        Errors: DivergedError, OSError.
        """
        assert self._count == 0 or self.rendered is not None, "mix_in comes first"

        def x(place: Place) -> Tensor | PhotoError:
            kept = cache.get(place.i)
            if kept is None:
                at = self.folder.frame(place.i)
                photo = read_file(self.folder.path(place.i), at[2])
                if isinstance(photo, PhotoError):
                    return photo
                kept = photo.crop(*at)
                cache.put(place.i, kept)
            pixels = torch.tensor(kept)
            return self._seen(pixels.flip(1) if place.mirrored else pixels)

        named = bytearray(len(self.folder))  # those that `left_out` has heard of
        taken: list[Tensor] = []
        whose: list[int] = []
        passed = 0
        upcoming = places(self.which, self.plan, self.reached.step)
        for place, seen in in_parallel(x, upcoming, ahead=2 * self.plan.own):
            passed += 1
            if not isinstance(seen, PhotoError):
                taken.append(seen)
                whose.append(place.i)
            elif not named[place.i]:
                named[place.i] = 1
                left_out(self.folder.path(place.i), seen)
            if place.last:
                yield passed, self._take(taken, whose)
                taken, whose, passed = [], [], 0

    def _seen(self, pixels: Tensor) -> Tensor:
        """What of a photo the layers that learn see. Shapes: (64, 64, 3) uint8 → the same, or ā (k[2],).

        A photo at a time: its ā is the same to the last bit whatever else is in the batch.
        """
        return pixels if self.still is None else excited(self.still, pixels[None])[:, 0]

    def _rendered(self, i: int) -> Tensor:
        assert self.rendered is not None
        if self.still is None:
            return self.rendered.pixels[i]
        if i not in self._rendered_seen:
            self._rendered_seen[i] = self._seen(self.rendered.pixels[i])
        return self._rendered_seen[i]

    def _take(self, taken: list[Tensor], whose: list[int]) -> float | None:
        """One step of descent on the photos that came and the rendered ones that go with them; its J."""
        at = self.reached
        if not taken:
            self.reached = replace(at, step=at.step + 1)
            return None
        Y = self.folder.Y(torch.tensor(whose))  # (3, m)
        if self.rendered is not None:
            some = rendered_drawn(len(self.rendered), self.plan, at.step, len(taken))
            taken = taken + [self._rendered(i) for i in some.tolist()]
            Y = torch.cat([Y, self.rendered.Y[:, some]], dim=1)
        X = torch.stack(taken)  # (m, 64, 64, 3), or (m, k[2])
        how = HOW[self.plan.model]
        descent = Descent(
            at.network,
            X if self.still is None else X.T,
            Y,
            loss=how.loss,
            learning_rate=falling(self.plan.rate, at.step, self.steps),
            batch_size=X.shape[0],
            l2=how.l2,
            optimiser=how.optimiser,
        )
        descent.go_to(at.step, 0, 0, at.moments)
        cost, mean, averaged = descent.step(), at.mean, at.averaged
        if at.step + 1 > how.average_from * self.steps:
            averaged += 1
            mean = towards(mean, descent.network, 1 / averaged)
        self.reached = Reached(descent.network, mean, descent.moments, at.step + 1, averaged)
        return cost

    @property
    def result(self) -> Network:
        """The weights to keep: the mean so far, or before there is one the network itself."""
        learned = (self.reached.mean if self.reached.averaged else self.reached.network).to("cpu")
        return learned if self.still is None else Network(self.still.layers + learned.layers)

    def save(self, path: Path) -> None:
        """Write the state; see core.photo_folder.training_file. Errors: OSError."""
        save_training(path, self)

    def load(self, path: Path) -> None:
        """Go on from a state; see core.photo_folder.training_file. Errors: WeightsError."""
        load_training(path, self)
