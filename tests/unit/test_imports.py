"""Imports run one way: cli, defs → sources, identity, policy, quality, publishing → base ← dashboard."""

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pipelines.settings import PROJECT

# What starts the dashboard, manages the accounts it knows or sends what it makes, and what of it these may import.
STARTS = {
    "pipelines.cli.deadlines": {"dashboard.reports", "dashboard.errors"},
    "pipelines.cli.server": {"dashboard.serve"},
    "pipelines.cli.snapshot": {"dashboard.reports", "dashboard.errors"},
    "pipelines.cli.users": {"dashboard.access"},
    "pipelines.cli.worklists": {"dashboard.reports"},
    "pipelines.users": {"dashboard.access", "dashboard.errors", "dashboard.export", "dashboard.exports"},
    "pipelines.law": {"dashboard.questions", "dashboard.tables", "dashboard.versions"},   # the command lists what the page of a clause's versions shows
    "pipelines.doctor": {"dashboard.access", "dashboard.notify"},
    "pipelines.alert_rules": {"dashboard.access"},
    "pipelines.notify": {"dashboard.access", "dashboard.notify", "dashboard.reports", "dashboard.snapshot"},
    "pipelines.serving": {"dashboard.errors"},
}
ENTRANCES = ("pipelines.cli", "pipelines.defs", "pipelines.definitions", "pipelines.build", "pipelines.schedule", "pipelines.serving")


def _imports() -> Iterator[tuple[str, str]]:
    """Each module, and what it imports of ours: `pipelines.base.logs` of `from pipelines.base import logs`."""
    for path in sorted([*(PROJECT / "pipelines").rglob("*.py"), *(PROJECT / "dashboard").rglob("*.py")]):
        module = ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            yield from ((module, name) for name in names if name.split(".")[0] in ("pipelines", "dashboard"))


IMPORTS = sorted(set(_imports()))


def _within(name: str, *packages: str) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def test_the_dashboard_imports_only_the_base_of_the_pipeline() -> None:
    found = [(module, name) for module, name in IMPORTS if _within(module, "dashboard") and _within(name, "pipelines")]
    assert found, "the base is shared"
    assert [pair for pair in found if not _within(pair[1], "pipelines.base")] == []


def test_the_pipeline_imports_of_the_dashboard_only_what_starts_it() -> None:
    found = [(module, name) for module, name in IMPORTS if _within(module, "pipelines") and _within(name, "dashboard")]
    assert {module for module, _ in found} == STARTS.keys()
    assert [(module, name) for module, name in found if not _within(name, *STARTS[module])] == []


def test_the_base_imports_nothing_but_itself() -> None:
    assert [pair for pair in IMPORTS if _within(pair[0], "pipelines.base") and not _within(pair[1], "pipelines.base")] == []


@pytest.mark.parametrize("part", ["sources", "identity", "policy", "quality"])
def test_no_part_of_the_work_imports_what_starts_it(part: str) -> None:
    assert [pair for pair in IMPORTS if _within(pair[0], f"pipelines.{part}") and _within(pair[1], *ENTRANCES)] == []


def test_the_law_is_read_without_the_firms_and_the_files_without_the_law() -> None:
    crossing = {"policy": ("identity", "quality", "publish"), "sources": ("policy", "publish"), "identity": ("policy", "publish")}
    for part, others in crossing.items():
        found = [pair for pair in IMPORTS if _within(pair[0], f"pipelines.{part}") and _within(pair[1], *(f"pipelines.{o}" for o in others))]
        assert found == [], part


def test_a_served_dashboard_loads_nothing_of_the_pipeline_but_its_base() -> None:
    code = "import sys, dashboard.app, dashboard.serve; print([m for m in sys.modules if m.startswith(('pipelines.', 'dagster', 'dbt'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    loaded = ast.literal_eval(done.stdout)
    assert loaded
    assert [name for name in loaded if not _within(name, "pipelines.base")] == []
