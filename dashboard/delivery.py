"""How bytes leave: scripts and styles compressed once and kept by the browser, answers compressed and kept by us.

A snapshot never changes, so what one reader sees at one address changes only with the snapshot, the language or
what was settled at the desk. Only pages that say so (`Page.kept`) are kept.
"""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import orjson
from flask import Flask, Response, request

from dashboard import plotly_bundle
from dashboard.components.elements import element

WORTH_BYTES = 1024
LONG_BYTES = 65_536
KEPT_BYTES = 4_000_000


def coding() -> str:
    """What the browser reads best. Over plain http to another host browsers offer gzip only."""
    offered = {name.lower() for name, quality in request.accept_encodings if quality > 0}
    return "br" if "br" in offered else "gzip" if "gzip" in offered else "identity"


def pack(body: bytes, how: str, *, once: bool = False) -> bytes:
    """Compress; `once` is for files that are compressed a single time and may take longer.

    A page of 45 kB: 8 kB in 0.1 ms, or 7 kB in 0.4 ms, which is as long as to make a third of it. A long one is worth it.
    """
    if how == "br":
        return bytes(brotli.compress(body, quality=9 if once else 5 if len(body) > LONG_BYTES else 1))
    return gzip.compress(body, 9 if once else 5) if how == "gzip" else body


def packed(body: bytes, how: str, mimetype: str) -> Response:
    """An answer whose body is compressed already."""
    response = Response(body, mimetype=mimetype)
    if how != "identity":
        response.headers["Content-Encoding"] = how
    response.headers["Vary"] = "Accept-Encoding"
    return response


def page_answer(page: Any) -> bytes:
    """The answer to the page callback in Dash's form, written at once instead of walked element by element."""
    return orjson.dumps({"multi": True, "response": {"page": {"children": element(page)}}})


class Kept:
    """Compressed answers, the least used out first, at most KEPT_BYTES of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: tuple[object, ...]) -> bytes | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: tuple[object, ...], body: bytes) -> None:
        with self._lock:
            self._bytes += len(body) - len(self._answers.pop(key, b""))
            self._answers[key] = body
            while self._bytes > KEPT_BYTES:
                self._bytes -= len(self._answers.popitem(last=False)[1])


def stamp(*files: Path) -> tuple[object, ...]:
    """What changes when one of these files does."""

    def of(file: Path) -> tuple[int, int] | None:
        try:
            seen = file.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_size

    return tuple(map(of, files))


def _once(view: Any, kept: Kept) -> Callable[..., Response]:
    """Serve a file of Dash's from memory, compressed at its first request; files change only with the program."""

    def serve(**values: Any) -> Response:
        how, mimetype = coding(), guess_type(request.path)[0] or "application/octet-stream"
        body = kept.get((request.path, how))
        if body is None:
            response: Response = view(**values)
            response.direct_passthrough = False
            whole = response.get_data()
            if response.status_code != 200 or how == "identity" or len(whole) < WORTH_BYTES:
                return response
            body = pack(whole, how, once=True)
            kept.put((request.path, how), body)
        return packed(body, how, mimetype)

    return serve


def install(server: Flask) -> None:
    """Stand before Dash's routes for files. Call it when they are registered, before the first request."""
    kept = Kept()

    @server.route(plotly_bundle.ADDRESS)
    def plotly_js() -> Response:
        how = coding()
        body = kept.get((plotly_bundle.ADDRESS, how)) or plotly_bundle.read(how) or pack(plotly_bundle.shipped(), how, once=True)
        kept.put((plotly_bundle.ADDRESS, how), body)
        return packed(body, how, "text/javascript")

    for rule in server.url_map.iter_rules():
        if rule.rule.startswith(("/_dash-component-suites/", "/assets/")):
            server.view_functions[rule.endpoint] = _once(server.view_functions[rule.endpoint], kept)

    @server.after_request
    def smaller(response: Response) -> Response:
        """Compress what is worth it and is not yet; a health answer or a file to keep is left alone."""
        how = coding()
        if (
            how == "identity" or response.status_code != 200 or response.direct_passthrough
            or "Content-Encoding" in response.headers or (response.content_length or 0) < WORTH_BYTES
            or not (response.mimetype or "").startswith(("text/", "application/json"))
        ):
            return response
        response.set_data(pack(response.get_data(), how))
        response.headers["Content-Encoding"], response.headers["Vary"] = how, "Accept-Encoding"
        return response
