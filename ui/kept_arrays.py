"""Large arrays that stay the same from run to run: a page fetches each once, by the name of its content.

What a component is given travels anew with every change of it, and stands in the way of what follows. The
weights of a layer, as pictures, are most of such a message, and another photo changes nothing about them.
Whoever knows the name, a hash, may have the bytes, and no name ever means others. A page keeps them while
one of its figures shows them. The browser's disk does not: weights may have learned from a person's photos.
"""

import hashlib
import threading
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response

MOST = 64 << 20  # bytes; a page that says a name is fetched from at once, so the latest are enough

_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


def keep(blob: bytes) -> str:
    """The name under which `hand_out` gives these bytes."""
    name = hashlib.sha256(blob).hexdigest()
    with _lock:
        _kept[name] = blob
        _kept.move_to_end(name)
        held = sum(map(len, _kept.values()))
        while held > MOST:
            held -= len(_kept.popitem(last=False)[1])
    return name


async def hand_out(request: Request) -> Response:
    """The bytes of /array/<name>; 404 where they are not kept (any more)."""
    name = request.path_params["name"]
    with _lock:
        blob = _kept.get(name)
    if blob is None:
        return Response(status_code=404)
    headers = {"Cache-Control": "no-store", "ETag": f'"{name}"'}
    return Response(blob, media_type="application/octet-stream", headers=headers)
