"""A city of several policies, built once for all tests that read it, and who signs in to it."""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.access import accounts
from dashboard.app import create_app
from pipelines.build import build
from pipelines.deliver.served import Served
from pipelines.serving import options
from pipelines.settings import Settings
from tests.integration.several import with_policies, write_policies
from tests.pages import signed_in

PASSWORD = "correct horse"
ACCOUNTS = {
    # name: role, parks, policies
    "ana": ("analyst", (), ()), "adm": ("admin", (), ()), "opa": ("operator", ("WZ1",), ()),
    "aud": ("auditor", (), ("wenzhou-later",)), "ann": ("analyst", (), ("wenzhou-later",)), "ste": ("steward", (), ("wenzhou-later",)),
    "opc": ("operator", ("WZ1",), ("wenzhou-compute",)),
}  # fmt: skip


class Home(Served):
    """Tells of the preview and the build it was told of; says that one was begun, and begins none."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.begun: list[str] = []
        self.told: dict[str, Any] | None = None
        self.ended: dict[str, Any] = {}

    def preview(self) -> dict[str, Any] | None:
        return self.told

    def build(self) -> dict[str, Any]:
        return {**super().build(), **self.ended}

    def update(self, who: str) -> None:
        self.begun.append(who)

    def begin_preview(self, who: str, parks: Sequence[str], file_id: str = "", kind: str | None = None) -> None:
        self.begun.append(who)


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One home for all processes of a run: whoever asks first builds it, and nobody writes there."""
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "several"
    home.mkdir(exist_ok=True)
    settings, done = with_policies(home), home / "built"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            write_policies(settings)
            assert build(settings).published
            done.touch()
    return settings


@pytest.fixture(scope="module")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    for name, (role, parks, policies) in ACCOUNTS.items():
        accounts.add(file, name, PASSWORD, role, parks, policies)
    return file


@pytest.fixture(scope="module")
def home(several: Settings) -> Home:
    return Home(several)


@pytest.fixture(scope="module")
def served(several: Settings, accounts_file: Path, home: Home) -> Flask:
    law = {key: value for key, value in options(several).items() if key in ("terms", "whatif")}
    return create_app(several.published, accounts_file, decisions=accounts_file.with_name("decisions"), home=home, **law)


@pytest.fixture(scope="module")
def clients(served: Flask) -> dict[str, FlaskClient]:
    return {name: signed_in(served, name, PASSWORD) for name in ACCOUNTS}
