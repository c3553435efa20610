"""A file on its way to the server is in memory alone, as the page Your photos promises.

Starlette, which reads it for Streamlit, would write what is beyond a megabyte, as any phone's photo is, to a
temporary file until it has come. Where the disk is full it would not come at all, and no sentence says why.
Streamlit reads it into memory anyway, and lets nobody send more than server.maxUploadSize.
"""

from starlette.formparsers import MultiPartParser

NEVER = 0  # to Python's SpooledTemporaryFile: there is no size from which on it is a file


def write_none() -> None:
    """From now on, in this process."""
    MultiPartParser.spool_max_size = NEVER
