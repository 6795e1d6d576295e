"""Clients of callbacks: so many at once, each over one connection, every answer timed and looked at."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import brotli  # type: ignore[import-untyped]

Body = dict[str, Any]
Change = Sequence[Body]
"""The callbacks that answer one change, asked for one after the other."""
BROKEN = (b'"state-broken"', b'"sendNotifications"')
"""In an answer of status 200: a failure that is a designed page is a failure all the same."""


def edited(body: Body, edit: Callable[[Body], Any]) -> Body:
    """A callback a browser sent, with other values: `edit` gives a part's new value, or the old one."""
    made = deepcopy(body)
    for sent in (*made["inputs"], *made.get("state", ())):
        for part in sent if isinstance(sent, list) else [sent]:
            part["value"] = edit(part)
    return made


def at(body: Body, path: str, search: str) -> Body:
    """The same callback of our pages at another address."""

    def edit(part: Body) -> Any:
        known = {"filters.data": path + search, "here.pathname": path, "here.search": search, "_pages_location.pathname": path, "_pages_location.search": search}
        return known.get(f"{part['id']}.{part['property']}", part.get("value"))

    return edited(body, edit)


def encoded(body: Body) -> bytes:
    return json.dumps(body).encode()


EMPTY: Body = {
    "output": "page.children", "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "address", "property": "pathname", "value": "/"}, {"id": "address", "property": "search", "value": ""}],
    "changedPropIds": ["address.search"],
}


def _one(port: int, headers: dict[str, str], changes: list[list[bytes]], seen: "Seen") -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for change in changes:
        spent = 0.0
        for body in change:
            started = time.perf_counter()
            try:
                connection.request("POST", "/_dash-update-component", body, headers)
                answer = connection.getresponse()
                packed = answer.read()
                took = (time.perf_counter() - started) * 1000
                spent += took
                seen.callbacks.append(took)
                whole = brotli.decompress(packed) if answer.headers["Content-Encoding"] == "br" else packed
                if answer.status not in (200, 204) or any(sign in whole for sign in BROKEN):
                    seen.wrong.append(f"{answer.status} {body[:200]!r}")
            except (OSError, http.client.HTTPException) as error:  # a server may close an idle connection
                connection.close()
                if not isinstance(error, (http.client.RemoteDisconnected, ConnectionResetError)):
                    seen.wrong.append(repr(error))
        seen.changes.append(spent)


@dataclass
class Seen:
    """What clients saw: ms of each callback and of each whole change, how long all of them took, what went wrong."""

    callbacks: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(self.callbacks + other.callbacks, self.changes + other.changes, self.wrong + other.wrong, self.seconds + other.seconds)

    def told(self) -> dict[str, Any]:
        """p50 and p95 of a callback and of a change, changes a second, errors."""
        if self.wrong:
            print("wrong:", *self.wrong[:3], sep="\n  ")
        return {
            "callback": _middle(self.callbacks), "change": _middle(self.changes), "per_second": round(len(self.changes) / self.seconds),
            "errors": len(self.wrong),
        }  # fmt: skip


def _middle(times: list[float]) -> dict[str, float]:
    times = sorted(times)
    return {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}


def ask(port: int, headers: dict[str, str], changes: Sequence[Change], clients: int, requests: int = 0) -> Seen:
    """Changes shared out among clients. With `requests` so many are asked, the changes again and again; else each is asked one time."""
    sent = [[encoded(body) for body in change] for change in changes]
    share = max(1, requests // clients)
    if requests:
        shares = [list(islice(cycle(sent[i % len(sent) :] + sent[: i % len(sent)]), share)) for i in range(clients)]
    else:
        shares = [sent[i::clients] for i in range(clients)]
    seen = Seen()
    told = {"Content-Type": "application/json", "Accept-Encoding": "br, gzip", **headers}
    threads = [threading.Thread(target=_one, args=(port, told, share, seen)) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.seconds = time.perf_counter() - started
    return seen
