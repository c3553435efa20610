"""frames.csv: where the frames of one's photos are, beside the folders that the photos are saved in.

    file,x,y,zoom                       the heading
    soccer/ball.jpg,0.4,0.5,2.0         centre and zoom, as core.photos.Photo.frame takes them

A row that is none, and a table that cannot be read, cost the frames and no photo.
"""

import csv
import io
import unicodedata
from contextlib import suppress
from itertools import islice

FRAMES = "frames.csv"
MAX_TABLE = 200_000  # bytes
MAX_ROWS = 4000

Place = tuple[float, float, float]  # x, y, zoom
WHOLE: Place = (0.5, 0.5, 1.0)  # the largest square in the middle


def read_frames(table: bytes) -> dict[str, Place]:
    """Each path that the table names → its frame."""
    frames = {}
    text = table[:MAX_TABLE].decode("utf-8-sig", errors="replace")
    with suppress(csv.Error):
        for row in islice(csv.reader(io.StringIO(text)), MAX_ROWS):
            try:
                path, x, y, zoom = row
                frames[composed(path)] = float(x), float(y), float(zoom)
            except ValueError:
                continue  # the heading, or a row of somebody's own
    return frames


def composed(path: str) -> str:
    """One character for each letter: macOS writes "ü" and "볼" as several when it packs a folder again."""
    return unicodedata.normalize("NFC", path)
