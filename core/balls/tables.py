"""All tables that photos are read from, made side by side before the first photo.

They take as long as some hundred photos and are then the same for all. Each would else be made when the first
ball asks for it, one after the other.
"""

from concurrent.futures import ThreadPoolExecutor

import torch

from core.balls import baseball, basketball, ink, played, soccer, texture
from core.once import once
from core.processor.cores import CORES

TABLES = (  # those that take longest first
    soccer.zones,
    soccer.seams,
    played.dimples,
    basketball.zones,
    baseball.seam,
    ink.prints,
    baseball.smudges,
    basketball.pebbles,
    basketball.seams,
    played.strips,
    texture.sheets,
)


@once
def make_tables(device: torch.device) -> None:
    """Every one of TABLES for this device, one a core."""
    with ThreadPoolExecutor(CORES, thread_name_prefix="table") as pool:
        for made in [pool.submit(make, device) for make in TABLES]:
            made.result()
