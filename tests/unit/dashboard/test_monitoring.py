"""What those who watch the server see: alive, ready, figures, and log lines that nobody can forge."""

import io
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import dash
import pytest
from conftest import PASSWORD, ask, log_of, press, sign_in, told
from prometheus_client.parser import text_string_to_metric_families

from dashboard.app import create_app
from dashboard.tables import Table
from pipelines.base import logs
from pipelines.base.scratch import scratch


def metrics_of(text: str) -> dict[tuple[str, ...], float]:
    """Samples by name and the values of their labels."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text) for sample in family.samples
    }  # fmt: skip


@pytest.fixture
def lines():
    """The log as it would stand on stderr, with one secret known to it."""
    stream, log = io.StringIO(), logging.getLogger("softcity")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines(["tok-se\"cret"]))
    log.addHandler(handler)
    before, log.level = log.level, logging.INFO
    yield lambda: [json.loads(line) for line in stream.getvalue().split("\n") if line]
    log.removeHandler(handler)
    log.setLevel(before)


def test_a_server_with_a_snapshot_is_ready_and_one_without_is_alive_only(server, tmp_path):
    assert server.test_client().get("/readyz").status_code == 200
    empty = create_app(tmp_path / "published", tmp_path / "accounts.sqlite").test_client()
    assert empty.get("/healthz").status_code == 200
    assert empty.get("/readyz").status_code == 503


def test_a_snapshot_whose_file_is_broken_is_not_ready(published, tmp_path):
    import shutil

    shutil.copytree(published, tmp_path / "published")
    current = (tmp_path / "published" / "CURRENT").read_text().strip()
    (tmp_path / "published" / current / "marts.duckdb").write_bytes(b"no database")
    assert create_app(tmp_path / "published", tmp_path / "a.sqlite").test_client().get("/readyz").status_code == 503


def test_metrics_tell_the_snapshot_the_last_build_and_how_long_pages_took(published, accounts_file):
    build = {"state": "killed", "ended_at": "2026-01-02T03:04:05+00:00"}
    client = create_app(published, accounts_file, last_build=lambda: build).test_client()
    sign_in(client, "ana")
    assert ask(client, "/parks/P001").status_code == 200
    found = metrics_of(client.get("/metrics").get_data(as_text=True))
    assert found[("softcity_ready",)] == 1
    assert found[("softcity_last_build", "killed")] == 1
    assert found[("softcity_last_build", "published")] == 0
    assert found[("softcity_last_build_ended_timestamp_seconds",)] == 1767323045
    assert found[("softcity_request_seconds_count", "/parks/<park>")] >= 1
    manifest = json.loads(next(published.glob("*/manifest.json")).read_text(encoding="utf-8"))
    loaded = sum(f["rows_loaded"] for f in manifest.get("files", []) if f["status"] == "loaded")
    assert found[("softcity_rows", "loaded")] == loaded
    assert not any("P001" in part for key in found for part in key), "no id in a label"


def break_firms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dash.page_registry["dashboard.pages.firms"], "unwrapped", lambda: 1 / 0)


def test_a_fault_of_ours_is_counted_at_its_route(signed_in, monkeypatch):
    client = signed_in("ana")
    before = metrics_of(client.get("/metrics").get_data(as_text=True)).get(("softcity_request_errors_total", "/firms"), 0)
    break_firms(monkeypatch)
    ask(client, "/firms")
    assert metrics_of(client.get("/metrics").get_data(as_text=True))[("softcity_request_errors_total", "/firms")] == before + 1


def test_a_fault_of_a_callback_is_counted_at_its_page_and_its_reader_told_its_number(signed_in, lines, monkeypatch):
    client = signed_in("ana")
    before = metrics_of(client.get("/metrics").get_data(as_text=True)).get(("softcity_request_errors_total", "/firms"), 0)
    monkeypatch.setattr(Table, "fetch", lambda *_, **__: 1 / 0)
    asked = {"getRowsRequest": {"startRow": 0, "endRow": 50}, "here.pathname": "/firms", "here.search": ""}
    answer = press(client, "grid.getRowsRequest", asked, {"table": "firm_list"})
    error = next(line for line in lines() if line["level"] == "error")
    assert error["request_id"] in told(answer)
    assert "ZeroDivisionError" not in answer.get_data(as_text=True)
    assert metrics_of(client.get("/metrics").get_data(as_text=True))[("softcity_request_errors_total", "/firms")] == before + 1


def test_metrics_are_for_this_machine_or_who_bears_the_token(published, accounts_file):
    plain = create_app(published, accounts_file).test_client()
    assert plain.get("/metrics").status_code == 200
    assert plain.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403
    assert plain.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
    proxied = create_app(published, accounts_file, behind_proxy=True).test_client()
    assert proxied.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    guarded = create_app(published, accounts_file, metrics_token="t0ken").test_client()
    assert guarded.get("/metrics").status_code == 403
    assert guarded.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 403
    far = {"REMOTE_ADDR": "10.0.0.9"}
    assert guarded.get("/metrics", headers={"Authorization": "Bearer t0ken"}, environ_overrides=far).status_code == 200


def test_every_answer_names_its_request_and_a_log_line_tells_it(signed_in, lines):
    answer = ask(signed_in("ana"), "/parks")
    line = next(line for line in lines() if line.get("request_id") == answer.headers["X-Request-Id"])
    assert (line["route"], line["status"], line["user"]) == ("/parks", 200, "ana")
    assert signed_in("ana").get("/login", headers={"X-Request-Id": "from-the-proxy-1"}).headers["X-Request-Id"] == "from-the-proxy-1"
    forged = signed_in("ana").get("/login", headers={"X-Request-Id": '"}{"a": 1'})
    assert forged.headers["X-Request-Id"] != '"}{"a": 1'


def test_the_number_a_reader_is_shown_is_that_of_the_log(signed_in, lines, monkeypatch):
    break_firms(monkeypatch)
    answer = ask(signed_in("ana"), "/firms")
    error = next(line for line in lines() if line["level"] == "error")
    assert error["request_id"] == answer.headers["X-Request-Id"]
    assert error["request_id"] in answer.get_data(as_text=True)
    assert "ZeroDivisionError" in error["trace"]


def test_no_request_can_write_a_line_of_its_own(lines):
    nasty = 'x\n{"level": "error"}\r\x85\u2028\u202e\x00"\x1b[2J'
    logging.getLogger("softcity.test").warning("asked %s", nasty, extra={"fields": {"path": nasty}})
    (line,) = lines()
    assert line["path"] == nasty
    text = logs.JsonLines().format(logging.LogRecord("x", 20, "", 0, nasty, (), None))
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_no_password_and_no_secret_is_ever_logged(server, lines):
    client = server.test_client()
    sign_in(client, "ana", "a wrong pass word")
    sign_in(client, "ana")
    logging.getLogger("softcity.test").error('could not send to tok-se"cret')
    text = json.dumps(lines())
    assert "sign" in text or "/login" in text
    assert "a wrong pass word" not in text
    assert PASSWORD not in text
    assert "tok-se" not in text
    assert logs.HIDDEN in text


def test_behind_a_proxy_the_reader_is_who_the_proxy_says(published, accounts_file, tmp_path):
    accounts_file = shutil.copy(accounts_file, tmp_path / "accounts.sqlite")   # its log holds one line
    client = create_app(published, accounts_file, behind_proxy=True, secure_cookies=True).test_client()
    client.get("/_dash-layout", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3", "X-Forwarded-Proto": "https"})
    assert log_of(accounts_file).read(1)[0]["address"] == "10.1.2.3", "the last hop is the proxy's word, the rest is the reader's"


def test_figures_of_all_workers_are_told_by_whichever_is_asked(published: Path, tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"""
from pathlib import Path
from pipelines.base import logs
from dashboard.serve import serve
logs.to_stderr()
serve(Path({str(published)!r}), Path({str(tmp_path / 'accounts.sqlite')!r}), port={port}, workers=2)
"""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with (tmp_path / "stderr").open("w") as stderr:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=stderr, env=environment, text=True)
    try:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()

        def get(path: str) -> str:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).read().decode()

        for _ in range(20):
            get("/login")
        found = [metrics_of(get("/metrics"))[("softcity_request_seconds_count", "/login")] for _ in range(8)]
        assert found == [20] * 8
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert not list(tmp_path.glob("softcity-metrics-*")), "nothing of it stays"
    told = [json.loads(line) for line in (tmp_path / "stderr").read_text().splitlines()]
    assert sum(line.get("route") == "/login" for line in told) == 20


def test_what_a_killed_process_left_goes_with_the_next_and_what_a_living_one_uses_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    of_living = scratch("metrics")
    of_killed = tmp_path / "softcity-metrics-4194305-x"  # above the highest number a process can have
    of_killed.mkdir()
    own = scratch("metrics")
    assert {str(path) for path in tmp_path.iterdir()} == {of_living, own}
