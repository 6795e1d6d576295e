"""Threads that wait for no reader: a request is handed to one when all of it has come, head and body.

Gunicorn's threads read from the connection themselves, so that as many slow senders as there are threads stop a server.
Here what is on its way stands in the worker's poller, within limits of time and size; a thread reads from memory alone.
"""

import re
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from selectors import EVENT_READ
from socket import SHUT_WR
from typing import Any

from gunicorn.http import get_parser  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from dashboard.limits import BODY_BYTES

REQUEST_SECONDS = 10
"""From a request's first byte (a connection's, where it is new) to its last."""
SEND_SECONDS = 20
"""For one piece of an answer to be taken."""
LEAVING_SECONDS = 2
HEAD_BYTES = 32_768
HELD_BYTES = 64 << 20
"""Of all requests on their way to one worker."""
_READ_BYTES = 65_536
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_WORDS = {408: "Request Timeout", 411: "Length Required", 503: "Service Unavailable"}


@dataclass
class _Coming:
    """What came so far of a request. `length` is known with the end of the head; None for a body that says no length."""

    until: float
    data: bytearray = field(default_factory=bytearray)
    head: int = 0
    length: int | None = 0

    def add(self, data: bytes) -> None:
        seen = max(len(self.data) - 3, 0)
        self.data += data
        if not self.head and (end := self.data.find(_HEAD_END, seen)) >= 0:
            self.head = end + len(_HEAD_END)
            head = bytes(self.data[: self.head])
            said = _LENGTH.search(head)
            self.length = None if _CODED.search(head) else self.head + (int(said[1]) if said else 0)

    @property
    def is_too_long(self) -> bool:
        """Whether it is handed on as it is: gunicorn or the guard say what is wrong with it, and the connection ends."""
        return len(self.data) > HEAD_BYTES if not self.head else bool(self.length and self.length - self.head > BODY_BYTES)

    @property
    def is_whole(self) -> bool:
        return bool(self.head and self.length is not None and len(self.data) >= self.length)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threaded worker; requests are read in its main loop. Every method runs there but the last two."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._coming: dict[TConn, _Coming] = {}  # the longest there first
        self._leaving: dict[TConn, float] = {}
        self._held = 0

    def enqueue_req(self, conn: TConn) -> None:
        """Where gunicorn hands a connection to a thread, its request is read first."""
        conn.sock.setblocking(False)
        self._coming[conn] = _Coming(time.monotonic() + REQUEST_SECONDS)
        self.poller.register(conn.sock, EVENT_READ, partial(self._read, conn))

    def _read(self, conn: TConn, _: object) -> None:
        coming = self._coming[conn]
        data = _received(conn)
        if data is None:
            return
        coming.add(data)
        self._held += len(data)
        if not data:
            self._drop(conn)
        elif coming.head and coming.length is None:
            self._refuse(conn, 411)
        elif coming.is_whole or coming.is_too_long:
            self._forget(conn)
            # of these bytes and no more: a thread that wants others finds the end
            conn.parser = get_parser(self.cfg, [bytes(coming.data)], conn.client)
            conn.data_ready, conn.may_stay = True, len(coming.data) == coming.length
            super().enqueue_req(conn)
        elif self._held > HELD_BYTES:
            self._refuse(conn, 503)

    def murder_pending(self) -> None:
        """Called at every turn of the main loop: whoever took too long is told and let go."""
        now = time.monotonic()
        for conn, coming in list(self._coming.items()):
            if coming.until < now and coming.data:
                self._refuse(conn, 408)
            elif coming.until < now or not (self.alive or coming.data):
                self._drop(conn)
        for conn, until in list(self._leaving.items()):
            if until < now:
                self._drop(conn)

    def finish_request(self, conn: TConn, done: "Future[Any]") -> None:
        """Gunicorn would wait here, with all others, until the reader has closed their end."""
        if done.cancelled() or done.exception() or not done.result():
            self._leave(conn)
        else:
            super().finish_request(conn, done)

    def _leave(self, conn: TConn) -> None:
        """Close our end; what still comes is read away for a moment, or the system would take the answer back."""
        try:
            conn.sock.shutdown(SHUT_WR)
        except OSError:
            self._drop(conn)
            return
        conn.sock.setblocking(False)
        self._leaving[conn] = time.monotonic() + LEAVING_SECONDS
        self.poller.register(conn.sock, EVENT_READ, partial(self._read_away, conn))

    def _read_away(self, conn: TConn, _: object) -> None:
        if _received(conn) == b"":
            self._drop(conn)

    def _refuse(self, conn: TConn, status: int) -> None:
        """A request that was never whole gets an answer of one line."""
        self._forget(conn)
        try:
            conn.sock.send(f"HTTP/1.1 {status} {_WORDS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        except OSError:
            self._drop(conn)
            return
        self._leave(conn)

    def _forget(self, conn: TConn) -> None:
        coming = self._coming.pop(conn, None)
        self._held -= len(coming.data) if coming else 0
        if coming or self._leaving.pop(conn, None):
            self.poller.unregister(conn.sock)

    def _drop(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """In a thread. Who does not take an answer holds it only so long."""
        conn.sock.settimeout(SEND_SECONDS)
        try:
            return bool(super().handle_request(req, conn))
        except TimeoutError:
            self.log.debug("An answer was not taken.")
            return False

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """In a thread. Where a request did not end with what had come, nobody knows where the next one begins."""
        return keepalive and bool(conn.may_stay) and super()._keepalive_after(conn, keepalive)


def _received(conn: TConn) -> bytes | None:
    """What has come: nothing at the end, None when there is none just now."""
    try:
        return bytes(conn.sock.recv(_READ_BYTES))
    except BlockingIOError:
        return None
    except OSError:
        return b""
