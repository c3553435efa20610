"""How many files the server may have open: a hall of people needs more than a process is given.

To the system a connection is an open file. A session holds three (Streamlit gives each an event loop of its
own), for two minutes beyond its tab's end, too; its page holds a fourth, a live figure a fifth. With the 256
that macOS gives the 63rd page stays empty; Linux gives 1,024.
"""

from contextlib import suppress

ENOUGH = 10_240  # for two thousand people; macOS grants no more without being asked elsewhere


def allow_enough() -> None:
    """Raise this process's own limit to ENOUGH, or as far as the system lets it. On Windows there is none."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    with suppress(ValueError, OSError):  # the system has another limit and refuses: it stays as it was
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
