"""What the README says of speed and memory, measured in one run, or the parts that are named.

How right the models are is told by `python -m core accuracy`.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from core.photo_folder.folder import PhotoFolderError
from core.photos import PhotoError
from core.processor.memory import keep_freed_memory
from core.processor.waiting import give_cores_back

NAMES = (
    *("rendering", "uploads", "own_photo", "ten_photos", "photo_folder", "retraining", "descent", "network"),
    *("excite", "first_page", "first_visit", "watching", "twenty", "busy"),
)


def main() -> int:
    """Run the benchmarks that are named, or all of them in order."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--plot", action="store_true", help="draw the step times of `descent` into docs/")
    parser.add_argument(
        "--photos",
        type=Path,
        metavar="FOLDER",
        help="real photos for `ten_photos`: what is lost on other balls",
    )
    options = parser.parse_args()
    asked = options.names or list(NAMES)
    more = {"descent": {"plot": options.plot}, "ten_photos": {"photos": options.photos}}
    give_cores_back()  # as the app does; what is compared with it runs in the same process
    keep_freed_memory()
    unknown = [name for name in asked if name not in NAMES]
    if unknown:
        print(
            f"python -m benchmarks: there is no '{unknown[0]}'; there are {', '.join(NAMES)}", file=sys.stderr
        )
        return 2
    for name in asked:
        print(f"\n{name}\n{'─' * len(name)}", flush=True)
        try:
            import_module(f"benchmarks.{name}").main(**more.get(name, {}))
        except (PhotoFolderError, PhotoError) as error:  # of the folder that is named
            print(f"python -m benchmarks: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
