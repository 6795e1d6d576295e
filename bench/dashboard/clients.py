"""Clients of a callback: so many at once, each over one kept connection, every answer timed and looked at."""

import http.client
import json
import threading
import time
from itertools import cycle, islice

import brotli  # type: ignore[import-untyped]

Address = tuple[str, str]
BROKEN = (b'"state broken"', b"state-broken")
"""In an answer of status 200: a failure that is a designed page is a failure all the same."""


def body_of(address: Address) -> bytes:
    path, search = address
    return json.dumps(
        {
            "output": "page.children", "outputs": {"id": "page", "property": "children"},
            "inputs": [
                {"id": "address", "property": "pathname", "value": path},
                {"id": "address", "property": "search", "value": search},
            ],
            "changedPropIds": ["address.search"],
        }
    ).encode()


def _one(port: int, cookie: str, bodies: list[bytes], times: list[float], wrong: list[str]) -> None:
    headers = {"Content-Type": "application/json", "Cookie": cookie, "Accept-Encoding": "br, gzip"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in bodies:
        started = time.perf_counter()
        try:
            connection.request("POST", "/_dash-update-component", body, headers)
            answer = connection.getresponse()
            packed = answer.read()
            times.append((time.perf_counter() - started) * 1000)
            whole = brotli.decompress(packed) if answer.headers["Content-Encoding"] == "br" else packed
            if answer.status != 200 or any(sign in whole for sign in BROKEN):
                wrong.append(f"{answer.status} {body[:200]!r}")
        except (OSError, http.client.HTTPException) as error:  # a server may close an idle connection
            connection.close()
            if not isinstance(error, (http.client.RemoteDisconnected, ConnectionResetError)):
                wrong.append(repr(error))


def ask(port: int, cookie: str, addresses: list[Address], clients: int, requests: int, *, once: bool = False) -> dict[str, float]:
    """Requests shared out among clients; p50 and p95 in ms, requests a second, and how many went wrong.

    `once`: every address is asked by one client, one time; else each client asks all of them again and again.
    """
    bodies = [body_of(address) for address in addresses]
    times: list[float] = []
    wrong: list[str] = []
    share = max(1, requests // clients)
    if once:
        shares = [bodies[i::clients] for i in range(clients)]
    else:
        shares = [list(islice(cycle(bodies[i % len(bodies) :] + bodies[: i % len(bodies)]), share)) for i in range(clients)]
    threads = [threading.Thread(target=_one, args=(port, cookie, share, times, wrong)) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    times.sort()
    return {
        "p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1),
        "per_second": round(len(times) / took), "errors": len(wrong),
    }
