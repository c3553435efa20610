"""python -m core train | accuracy | predict: the commands of core.commands.

Ctrl-C while torch is imported, which takes seconds, ends the process at once and without a traceback.
A second Ctrl-C may leave threads at work, which render or decode: the process ends without them, for where
Python is taken down around them C++ aborts.
"""

import os
import signal

if __name__ == "__main__":
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # else somebody wants it ignored, as for a job in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from core.commands import main

    signal.signal(signal.SIGINT, before)
    try:
        status = main()
    except SystemExit as said:  # after --help or a wrong call, by argparse
        status = int(said.code or 0)
    os._exit(status)  # main has written out what it had to say
