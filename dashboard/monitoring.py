"""What a server tells those who watch it: alive, ready, figures for Prometheus, a log line and an id for each request.

Request figures are counted in the workers; what is known of the snapshot and the last build is read when asked.
"""

import hmac
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily

from dashboard.errors import SnapshotMissing
from dashboard.snapshot import Snapshots

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
BUILD_STATES = ("running", "published", "unchanged", "failed", "killed")
LastBuild = Callable[[], dict[str, Any] | None]
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_log = logging.getLogger("softcity.dashboard")

# One for the process, however many applications it makes; in files under PROMETHEUS_MULTIPROC_DIR when that is set.
_own = CollectorRegistry()
_SECONDS = Histogram(
    "softcity_request_seconds", "Seconds to answer a request, by route", ["route"], registry=_own,
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)  # fmt: skip
_ERRORS = Counter("softcity_request_errors", "Answers that were a fault of ours, by route", ["route"], registry=_own)


class _Home:
    """The snapshot in force and the last build, as metrics, read at each scrape."""

    def __init__(self, snapshots: Snapshots, last_build: LastBuild | None) -> None:
        self.snapshots, self.last_build = snapshots, last_build

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._snapshot()
        build = (self.last_build and self.last_build()) or {}
        states = GaugeMetricFamily("softcity_last_build", "1 for the state of the last build", labels=["state"])
        for state in BUILD_STATES:
            states.add_metric([state], build.get("state") == state)
        yield states
        if build.get("ended_at"):
            yield _gauge("softcity_last_build_ended_timestamp_seconds", "When the last build ended", _moment(build["ended_at"]))

    def _snapshot(self) -> Iterator[GaugeMetricFamily]:
        try:
            manifest = self.snapshots.current().manifest()
        except SnapshotMissing:
            yield _gauge("softcity_ready", "1 when a snapshot can be read", 0)
            return
        yield _gauge("softcity_ready", "1 when a snapshot can be read", 1)
        if "built_at" in manifest:
            age = datetime.now(UTC).timestamp() - _moment(manifest["built_at"])
            yield _gauge("softcity_snapshot_age_seconds", "Seconds since the snapshot in force was built", age)
        files = manifest.get("files", [])
        of_status = GaugeMetricFamily("softcity_files", "Files of the snapshot in force by what became of them", labels=["status"])
        for status in ("loaded", "refused"):
            of_status.add_metric([status], sum(file["status"] == status for file in files))
        yield of_status
        rows = GaugeMetricFamily("softcity_rows", "Rows of its loaded files by what became of them", labels=["outcome"])
        for outcome in ("loaded", "skipped", "quarantined"):
            rows.add_metric([outcome], sum(file[f"rows_{outcome}"] for file in files if file["status"] == "loaded"))
        yield rows
        checks = GaugeMetricFamily("softcity_failed_checks", "Checks it failed by severity", labels=["severity"])
        for severity in ("error", "warn"):
            checks.add_metric([severity], manifest.get("checks", {}).get(f"{severity}_failed", 0))
        yield checks


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)


def _moment(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()


def may_scrape(token: str) -> bool:
    """Whoever bears the token; without one, this machine alone: what a proxy hands on does not come from it."""
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"))
    return request.remote_addr in _LOOPBACK and not forwarded


def install(
    server: Flask, snapshots: Snapshots, route_of: Callable[[], str], last_build: LastBuild | None = None, token: str = ""
) -> None:
    """Watch every request of `server`. Call it before the guard, so that what the guard refuses is seen as well."""
    home = _Home(snapshots, last_build)

    @server.before_request
    def begin() -> None:
        sent = request.headers.get("X-Request-Id", "")
        g.request_id = sent if _ID.fullmatch(sent) else secrets.token_hex(8)
        g.started = time.perf_counter()

    @server.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        if request.path in PATHS:
            return response
        route, seconds = route_of(), time.perf_counter() - g.started
        _SECONDS.labels(route).observe(seconds)
        if response.status_code >= 500 or g.get("is_broken"):
            _ERRORS.labels(route).inc()
        user = g.get("user")
        _log.info("request", extra={"fields": {
            "request_id": g.request_id, "method": request.method, "route": route, "status": response.status_code,
            "ms": round(seconds * 1000, 1), "user": user.name if user else None,
        }})  # fmt: skip
        return response

    @server.route("/healthz")
    def health() -> str:
        return "ok"

    @server.route("/readyz")
    def ready() -> Response:
        try:
            with duckdb.connect(str(snapshots.current().database), read_only=True) as con:
                con.execute("select count(*) from duckdb_tables()")
        except (SnapshotMissing, duckdb.Error):
            return Response("no snapshot can be read", 503, mimetype="text/plain")
        return Response("ready", mimetype="text/plain")

    @server.route("/metrics")
    def metrics() -> Response:
        if not may_scrape(token):
            return Response("Ask from this machine, or with the token.", 403, mimetype="text/plain")
        registry = CollectorRegistry()
        registry.register(home)
        counted = generate_latest(_own)
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # of all workers, not only the one that was asked
            every = CollectorRegistry()
            multiprocess.MultiProcessCollector(every)  # type: ignore[no-untyped-call]
            counted = generate_latest(every)
        return Response(generate_latest(registry) + counted, content_type="text/plain; version=0.0.4; charset=utf-8")


def report(error: BaseException) -> str:
    """Log an error with its trace and return the id a reader may quote: that of the request."""
    g.is_broken = True
    fields = {"request_id": g.request_id, "path": request.path}
    _log.error("error %s at %r", g.request_id, request.path, exc_info=error, extra={"fields": fields})
    return str(g.request_id)
