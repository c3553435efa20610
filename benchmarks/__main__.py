"""Every measured number of the README, in one run: python -m benchmarks [NAME …]

`--plot` also draws the step times of `descent` into docs/.
"""

import sys
from importlib import import_module

from core.memory import keep_freed_memory

NAMES = (
    *("rendering", "uploads", "own_photo", "photo_folder", "retraining", "descent", "network"),
    *("excite", "first_page", "watching", "twenty"),
)


def main() -> int:
    """Run the benchmarks that are named, or all of them in order."""
    keep_freed_memory()  # as the app does; what is compared with it runs in the same process
    asked = [word for word in sys.argv[1:] if not word.startswith("--")] or list(NAMES)
    unknown = [name for name in asked if name not in NAMES]
    if unknown:
        print(
            f"python -m benchmarks: there is no '{unknown[0]}'; there are {', '.join(NAMES)}", file=sys.stderr
        )
        return 2
    for name in asked:
        print(f"\n{name}\n{'─' * len(name)}", flush=True)
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
