"""Large arrays and pictures that stay the same from run to run: a page fetches each once, by its content.

What a component is given travels anew with every change of it, and stands in the way of what follows. The
weights of a layer, as pictures, are most of such a message, and another photo changes nothing about them.
Whoever knows the name, a hash, may have the bytes, and a name never means other bytes. A page keeps them
as long as one of its figures shows them. The browser's disk keeps rendered photos alone: weights may have
learned from a person's. What is made of such a photo itself is not kept here: it would outlive its session.
"""

import hashlib
import threading
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response

from ui.server.base_path import base

MOST = 64 << 20  # bytes; a page that says a name is fetched from at once, so the latest are enough

_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


def array_address(blob: bytes) -> str:
    """From where a page fetches these bytes of an array."""
    return f"{base()}/array/{_keep(blob)}"


def picture_address(png: bytes) -> str:
    """From where a page fetches this picture of a rendered photo: a PNG file."""
    return f"{base()}/picture/{_keep(png)}.png"


def _keep(blob: bytes) -> str:
    name = hashlib.sha256(blob).hexdigest()
    with _lock:
        _kept[name] = blob
        _kept.move_to_end(name)
        held = sum(map(len, _kept.values()))
        while held > MOST:
            held -= len(_kept.popitem(last=False)[1])
    return name


async def hand_out_array(request: Request) -> Response:
    """The bytes of /array/<name>; 404 where they are not kept (any more)."""
    return _handed_out(request, "application/octet-stream", "no-store")


async def hand_out_picture(request: Request) -> Response:
    """The bytes of /picture/<name>.png; 404 where they are not kept (any more)."""
    return _handed_out(request, "image/png", "public, max-age=31536000, immutable")


def _handed_out(request: Request, media_type: str, lasting: str) -> Response:
    name = request.path_params["name"]
    with _lock:
        blob = _kept.get(name)
    if blob is None:
        return Response(status_code=404)
    return Response(blob, media_type=media_type, headers={"Cache-Control": lasting, "ETag": f'"{name}"'})
