"""What docs/ says of the code is held to the code: settings, units, containers, the tests that stand against threats."""

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from pipelines.settings import PROJECT

DOCS, DEPLOY = PROJECT / "docs", PROJECT / "docs" / "deploy"
BY_THE_BUILD = {"SOFTCITY_VAR", "SOFTCITY_AS_OF", "SOFTCITY_KNOWN_ON", "SOFTCITY_TODAY", "SOFTCITY_LAKE_FOLDER"}
UNITS = sorted(DEPLOY.glob("*.service"))


def code() -> str:
    files = [path for folder in ("pipelines", "dashboard", "dbt_project") for path in (PROJECT / folder).rglob("*")]
    kept = [p for p in files if p.suffix in {".py", ".yml", ".sql"} and not {"target", "logs"} & set(p.parts)]
    return "\n".join(path.read_text(encoding="utf-8") for path in kept)


def variables(text: str) -> set[str]:
    return set(re.findall(r"SOFTCITY_[A-Z_]+", text))


def table() -> dict[str, str]:
    """Every variable of the reference with its default as written."""
    lines = (DOCS / "configuration.md").read_text(encoding="utf-8").splitlines()
    return dict(re.fullmatch(r"\| `(\w+)` \| (.*?) \| .+ \|", line).groups() for line in lines if line.startswith("| `"))  # type: ignore[union-attr,misc]


def test_the_configuration_reference_names_what_the_code_reads_and_nothing_else() -> None:
    assert set(table()) == variables(code()) - BY_THE_BUILD
    assert variables((DOCS / "configuration.md").read_text(encoding="utf-8")) == variables(code())


def test_the_defaults_it_tells_are_those_of_the_code() -> None:
    found = dict(re.findall(r"""\w\(["'](SOFTCITY_[A-Z_]+)["'], ["']([^"']+)["'][,)]""", code()))
    told = {name: default.strip("`") for name, default in table().items() if name in found}
    assert len(told) >= 5
    assert told == {name: found[name] for name in told}


def test_units_and_containers_set_only_variables_that_there_are() -> None:
    for path in DEPLOY.iterdir():
        unknown = variables(path.read_text(encoding="utf-8")) - set(table()) - {"SOFTCITY_SITE"}
        assert not unknown, path.name


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_as_nobody_special_and_only_the_dashboard_may_add_to_what_came(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    said = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    assert said["User"] not in {"root", "0"}
    assert "/var/lib/softcity/landing" in said["ReadWritePaths" if "dashboard" in unit.name else "ReadOnlyPaths"]
    assert (said["ProtectSystem"], said["NoNewPrivileges"], said["CapabilityBoundingSet"]) == ("strict", "yes", "")
    assert "--host 127.0.0.1" in said["ExecStart"]
    assert int(said["TimeoutStopSec"]) <= 60


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze: apt-get install systemd")
def test_systemd_understands_every_line_of_the_units() -> None:
    done = subprocess.run(["systemd-analyze", "verify", *UNITS], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "is not executable" not in line and "softcity" in line]
    assert not complaints


def test_only_the_proxy_is_published_and_only_the_dashboard_may_add_to_landing() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["dashboard"]["deploy"]["replicas"] == 2
    for name in ("dashboard", "scheduler"):
        service = services[name]
        assert service["read_only"] is True
        assert [v for v in service["volumes"] if v.startswith("landing:")] == [f"landing:/home-of-city/landing{':ro' if name == 'scheduler' else ''}"]
    assert "front" not in services["scheduler"]["networks"]
    assert compose["networks"]["inside"]["internal"] is True
    assert re.search(r"^USER (?!0|root)", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert "3000" not in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def test_what_the_image_copies_is_there_and_holds_no_data_of_firms() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]
    assert {"pipelines", "dashboard", "dbt_project", "requirements.lock"} <= set(copied)
    for name in copied:
        assert (PROJECT / name).exists()
        assert not {"landing", "published", "var", "sample"} & set(Path(name).parts)


def test_the_instance_for_postgres_is_what_dagster_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster._core.instance.config import dagster_instance_config

    for name in ("HOST", "PORT", "USER", "PASSWORD", "DB"):
        monkeypatch.setenv(f"DAGSTER_PG_{name}", "x")
    read, _ = dagster_instance_config(str(DEPLOY))
    assert read["storage"]["postgres"]["postgres_db"]["db_name"] == {"env": "DAGSTER_PG_DB"}
    from pipelines.schedule import INSTANCE

    assert yaml.safe_load(INSTANCE) == {key: value for key, value in read.items() if key != "storage"}


def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_every_threat_is_held_by_tests_that_there_are() -> None:
    rows = [line for line in (DOCS / "security.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 25
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, row
        for path, name in named:
            assert name in names_in(PROJECT / path), f"{path}::{name} of: {row}"


def test_what_the_documents_point_to_is_there() -> None:
    for document in (*DOCS.glob("*.md"), PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert os.path.exists(document.parent / target), f"{document.name}: {target}"  # noqa: PTH110
