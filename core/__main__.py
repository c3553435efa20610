"""python -m core train | accuracy | predict: the commands of core.commands."""

from core.commands import main
from core.terminal import leave

if __name__ == "__main__":
    leave(main)
