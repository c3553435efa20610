"""python -m core train | accuracy | predict: the commands of core.commands.

Ctrl-C while torch is imported, which takes seconds, ends the process at once and without a traceback.
"""

import signal

if __name__ == "__main__":
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # else somebody wants it ignored, as for a job in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from core.commands import main
    from core.terminal import leave

    signal.signal(signal.SIGINT, before)
    leave(main)
