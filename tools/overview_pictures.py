"""The photos of the Overview, rendered beforehand, because that page appears before torch is imported.

python -m tools.overview_pictures      writes assets/overview/<name>.png, 64 × 64 pixels each
"""

import argparse
from pathlib import Path

from core.balls import labels, render
from ui.pictures import png

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "overview"
SEED = 7
# name → (index, label): the map shows each photo with its label, and a test compares them
PHOTOS: dict[str, tuple[int, tuple[int, int, int]]] = {
    "one": (10, (1, 0, 0)),
    "two": (80, (1, 1, 0)),
    "other": (35, (0, 0, 1)),
}


def main() -> None:
    argparse.ArgumentParser(prog="python -m tools.overview_pictures", description=__doc__).parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (index, label) in PHOTOS.items():
        found = tuple(labels(SEED, [index])[:, 0].to(int).tolist())
        if found != label:
            raise SystemExit(f"photo {SEED}-{index} shows {found}, not {label}: choose another for {name!r}")
        (FOLDER / f"{name}.png").write_bytes(png(render(SEED, [index]).pixels[0].cpu().numpy()))
        print(f"assets/overview/{name}.png  photo {SEED}-{index}  label {label}")


if __name__ == "__main__":
    main()
