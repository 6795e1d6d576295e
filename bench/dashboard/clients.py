"""Clients of callbacks: so many at once, each over one connection, every answer timed and looked at."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
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


def page(path: str, search: str = "") -> Body:
    """Dash's own callback of pages."""
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": "pathname", "value": path}, {"id": "_pages_location", "property": "search", "value": search}],
        "changedPropIds": ["_pages_location.pathname"],
    }  # fmt: skip


def encoded(body: Body) -> bytes:
    return json.dumps(body).encode()


EMPTY: Body = {
    "output": "page.children", "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "address", "property": "pathname", "value": "/"}, {"id": "address", "property": "search", "value": ""}],
    "changedPropIds": ["address.search"],
}


def _one(port: int, headers: dict[str, str], changes: list[list[bytes]], seen: dict[str, list[float]], wrong: list[str]) -> None:
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
                seen["callback"].append(took)
                whole = brotli.decompress(packed) if answer.headers["Content-Encoding"] == "br" else packed
                if answer.status not in (200, 204) or any(sign in whole for sign in BROKEN):
                    wrong.append(f"{answer.status} {body[:200]!r}")
            except (OSError, http.client.HTTPException) as error:  # a server may close an idle connection
                connection.close()
                if not isinstance(error, (http.client.RemoteDisconnected, ConnectionResetError)):
                    wrong.append(repr(error))
        seen["change"].append(spent)


def _told(times: list[float]) -> dict[str, float]:
    times.sort()
    return {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}


def ask(port: int, headers: dict[str, str], changes: Sequence[Change], clients: int, requests: int = 0) -> dict[str, Any]:
    """Changes shared out among clients; p50 and p95 in ms of a callback and of a whole change, changes a second, what went wrong.

    With `requests` so many are asked, the changes again and again; else each is asked one time.
    """
    sent = [[encoded(body) for body in change] for change in changes]
    share = max(1, requests // clients)
    if requests:
        shares = [list(islice(cycle(sent[i % len(sent) :] + sent[: i % len(sent)]), share)) for i in range(clients)]
    else:
        shares = [sent[i::clients] for i in range(clients)]
    seen: dict[str, list[float]] = {"callback": [], "change": []}
    wrong: list[str] = []
    told = {"Content-Type": "application/json", "Accept-Encoding": "br, gzip", **headers}
    threads = [threading.Thread(target=_one, args=(port, told, share, seen, wrong)) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    if wrong:
        print("wrong:", *wrong[:3], sep="\n  ")
    return {"callback": _told(seen["callback"]), "change": _told(seen["change"]), "per_second": round(len(seen["change"]) / took), "errors": len(wrong)}
