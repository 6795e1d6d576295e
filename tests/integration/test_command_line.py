"""The commands as people and machines run them."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.settings import PROJECT
from tests.conftest import City

COMMAND = [sys.executable, "-c", "from pipelines.cli import main; main()"]


def softcity(*arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command in this process; what it does not catch itself is raised here."""
    done = CliRunner(env={"SOFTCITY_HOME": str(home)} if home else {}).invoke(main, arguments, catch_exceptions=False)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def softcity_apart(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own: whatever a library prints is among its output."""
    environment = os.environ | {"SOFTCITY_HOME": str(home)}
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment, cwd=PROJECT, check=False)


@pytest.mark.parametrize(
    "command",
    ["build", "serve", "status", "check", "explain", "match", "review", "rollback", "sample", "users", "demo", "reconcile",
     "accept", "withdraw", "schedule", "report", "deadlines", "backup", "restore", "doctor", "whatif", "diff", "findings", "outreach"],
)
def test_each_command_explains_itself(command: str) -> None:
    done = softcity(command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_help_stays_light() -> None:
    heavy = "import sys; from pipelines import cli; print([m for m in ('duckdb', 'polars', 'pandas', 'dagster', 'dash') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.strip() == "[]"


def test_build_prints_what_a_machine_needs(city: City) -> None:
    landing = str(PROJECT / "data" / "sample" / "landing")
    done = softcity_apart("build", "--landing", landing, "--json", home=city.settings.home)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    for source in result["sources"]:
        assert source["rows_read"] == source["rows_loaded"] + source["rows_skipped"] + source["rows_quarantined"]
    assert set(result["claims_by_outcome"]) == {"eligible", "needs_review", "undetermined", "not_eligible"}
    assert {"published", "snapshot_id", "checks", "files", "as_of"} <= set(result)


def test_status_and_explain_speak_to_machines_too(city: City) -> None:
    status = json.loads(softcity("status", "--json", home=city.settings.home).stdout)
    assert status["snapshot_id"] in status["kept"]
    firm = next(p for p in city.truth["planted"] if p["id"] == "first")["firm_code"]
    claims = json.loads(softcity("explain", firm, "6b.1", "--json", home=city.settings.home).stdout)
    assert claims[0]["outcome"] == "eligible"
    assert all({"says", "value_seen", "value_needed", "quote"} <= set(c) for c in claims[0]["conditions"])


def test_the_draft_and_the_issued_text_are_compared_in_words(city: City) -> None:
    done = softcity("diff", "--texts", "draft", "issued", home=city.settings.home)
    assert done.returncode == 0, done.stderr
    assert "1a     departments: " in done.stdout
    assert "12a    text: seen → unseen" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["diff", "--texts", "draft", "final"], "there is no document final; there are draft, issued"),
        (["diff", "20200101-0001", "20200101-0002"], "no snapshot 20200101-0001"),
        (["explain", "没有这家公司"], "no such firm"),
        (["explain", "没有这家公司", "99z"], "no such firm"),
        (["rollback", "20200101-0001"], "no snapshot 20200101-0001"),
        (["rollback", "../../etc"], "no snapshot"),
        (["rollback", ""], "no snapshot"),
        (["users", "disable", "nobody-here"], "nobody-here"),
    ],
)
def test_a_wrong_word_gets_a_sentence_and_never_a_traceback(arguments: list[str], told: str, city: City) -> None:
    done = softcity(*arguments, home=city.settings.home)
    assert done.returncode == 1
    assert told in done.stderr


def test_a_name_of_no_registered_firm_is_told_where_it_is_printed(city: City) -> None:
    line = city.rows("select printed_name, files, reason from mart_match_review where decision = 'none' order by all")[0]
    told = softcity("explain", line["printed_name"], home=city.settings.home).stderr
    assert line["files"].split("|")[0] in told
    assert line["reason"] in told


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    assert "Run `softcity build`" in softcity("status", home=tmp_path).stderr
    done = softcity("build", home=tmp_path)
    assert done.returncode == 1
    assert "Put files under its source folders" in done.stderr


def test_check_proves_the_law() -> None:
    value = json.loads(softcity("check", "--json").stdout)
    wuxi = value["cities"]["wuxi"]
    assert (wuxi["clauses_total"], wuxi["non_monetary"], value["errors"]) == (33, 9, [])
    assert {"dalian", "wenzhou", "xiamen"} < set(value["cities"]), "of every city in the tree where none is named"


def test_the_demo_builds_and_says_when_it_is_ready_and_who_may_sign_in(city: City, tmp_path: Path) -> None:
    home = city.copied(tmp_path / "home").home   # what it builds is there already
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*COMMAND, "demo", "--home", str(home), "--port", str(port)]
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, cwd=PROJECT, start_new_session=True)
    try:
        lines = [process.stdout.readline() for _ in range(2)] if process.stdout else []
        assert "读入来源文件" in (tmp_path / "said").read_text(encoding="utf-8")
        assert "analyst" in lines[0]
        assert lines[1] == f"ready: http://127.0.0.1:{port}\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=30) as answer:
            assert answer.status == 200
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
