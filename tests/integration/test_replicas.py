"""Several hosts' worth on this one: Dagster's records on a real Postgres, two dashboards over one home."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import requests

from dashboard.access import accounts
from pipelines.base.snapshots import current_id
from pipelines.settings import PROJECT, Settings
from tests.conftest import City
from tests.integration.test_dagster import FIRMS, _write
from tests.pages import page_body

pytestmark = pytest.mark.slow
PASSWORD = "correct horse"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def postgres() -> Iterator[dict[str, str]]:
    """A new Postgres cluster on loopback, as DAGSTER_PG_* names it; gone afterwards."""
    places = [found for found in (shutil.which("initdb"), *Path("/usr/lib/postgresql").glob("*/bin/initdb")) if found]
    if not places:
        pytest.skip("No Postgres server. Install one (Debian: apt-get install postgresql).")
    folder = tempfile.mkdtemp(prefix="softcity-postgres-")
    owner = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name  # it refuses to run as root
    shutil.chown(folder, owner)
    binaries, port = Path(places[0]).resolve().parent, free_port()
    subprocess.run([binaries / "initdb", "-D", folder, "-U", "dagster", "-A", "trust"], user=owner, cwd=folder, check=True, capture_output=True)
    command = [binaries / "postgres", "-D", folder, "-h", "127.0.0.1", "-p", str(port), "-k", folder]
    server = subprocess.Popen(command, user=owner, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                psycopg2.connect(host="127.0.0.1", port=port, user="dagster", dbname="postgres").close()
                break
            except psycopg2.OperationalError:
                time.sleep(0.1)
        yield {
            "DAGSTER_PG_HOST": "127.0.0.1", "DAGSTER_PG_PORT": str(port), "DAGSTER_PG_USER": "dagster",
            "DAGSTER_PG_PASSWORD": "-", "DAGSTER_PG_DB": "postgres",
        }  # fmt: skip
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder)


def test_the_deployed_configuration_keeps_dagsters_records_on_postgres(tmp_path: Path, postgres: dict[str, str]) -> None:
    _write(tmp_path, "registrations_full_2024-02-25.csv", FIRMS)
    records = tmp_path / "dagster"
    records.mkdir()
    shutil.copy(PROJECT / "docs" / "deploy" / "dagster.yaml", records)
    environment = os.environ | postgres | {"DAGSTER_HOME": str(records), "SOFTCITY_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "dagster", "asset", "materialize", "-m", "pipelines.definitions", "--select", "raw/registrations,law"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    with psycopg2.connect(
        host="127.0.0.1", port=postgres["DAGSTER_PG_PORT"], user="dagster", dbname="postgres"
    ) as con, con.cursor() as cursor:
        cursor.execute("select status from runs")
        assert cursor.fetchall() == [("SUCCESS",)]
        cursor.execute("select asset_key from event_logs where dagster_event_type = 'ASSET_MATERIALIZATION'")
        assert {key for (key,) in cursor.fetchall()} == {'["landing", "registrations"]', '["raw", "registrations"]', '["law"]'}
        cursor.execute("select check_name, execution_status from asset_check_executions")
        assert cursor.fetchall() == [("expectations", "SUCCEEDED")]
    assert not [*records.rglob("*.db")], "nothing of it lies in files beside"


@pytest.fixture
def replicas(city: City, tmp_path: Path) -> Iterator[tuple[Settings, list[str]]]:
    """Two servers of one home, each a process group of its own."""
    settings = Settings.load(tmp_path)
    shutil.copytree(city.settings.published, settings.published)
    accounts.add(settings.accounts, "ana", PASSWORD, "analyst")
    sites, servers = [], []
    for _ in range(2):
        sites.append(f"http://127.0.0.1:{free_port()}")
        command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--home", str(tmp_path)]
        command += ["serve", "--workers", "1", "--port", sites[-1].rsplit(":", 1)[1]]
        servers.append(subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True))
    try:
        for server in servers:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("ready: ")
        yield settings, sites
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def signed_in(site: str, password: str = PASSWORD) -> requests.Session:
    session = requests.Session()
    found = re.search(r'name="form" value="([^"]+)"', session.get(f"{site}/login", timeout=10).text)
    assert found
    form = {"name": "ana", "password": password, "form": found[1], "next": "/"}
    session.post(f"{site}/login", data=form, timeout=10)
    return session


def page(site: str, session: requests.Session) -> requests.Response:
    token = session.cookies.get("_csrf_token") or session.get(f"{site}/", headers={"Accept": "text/html"}, timeout=20).cookies.get("_csrf_token")
    return session.post(f"{site}/_dash-update-component", json=page_body("/"), headers={"X-CSRFToken": token or ""}, timeout=20)


def test_two_dashboards_over_one_home_are_one_to_their_readers(replicas: tuple[Settings, list[str]]) -> None:
    settings, (first, second) = replicas
    ana = signed_in(first)
    answers = [page(site, ana) for site in (first, second)]
    assert [answer.status_code for answer in answers] == [200, 200], "a session of one is a session of the other"
    assert answers[0].json() == answers[1].json()

    old = current_id(settings.published)
    assert old
    new = old[:-1] + "9"
    shutil.copytree(settings.published / old, settings.published / new)
    (settings.published / "NEXT").write_text(new)
    (settings.published / "NEXT").replace(settings.published / "CURRENT")
    time.sleep(2.5)
    assert [new in page(site, ana).text for site in (first, second)] == [True, True], "both follow the pointer"

    for site in (first, second, first, second, first):
        assert page(site, signed_in(site, "wrong")).status_code == 401
    assert page(second, signed_in(second)).status_code == 401, "five wrong tries, wherever, lock everywhere"
