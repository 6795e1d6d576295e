"""Back up, wreck, restore: the same home again; a damaged archive is refused and says what is damaged."""

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import duckdb
import pytest

from dashboard.access import accounts, sessions
from pipelines.backup import MANIFEST, backup, restore
from pipelines.base.decisions import CONTACTS, NAMES, append
from pipelines.base.errors import BackupError
from pipelines.doctor import examine
from pipelines.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings.load(tmp_path / "home")
    for name, content in {
        "landing/registrations/企业登记_2025.csv": "企业名称\n", "published/20251231-0001/manifest.json": "{}",
        "published/20251231-0001/marts.duckdb": "x" * 300_000, "published/CURRENT": "20251231-0001\n",
        "var/raw/_files/a.json": "{}", "var/last_build.json": "{}", "var/dbt/manifest.json": "half", "published/.new-x/marts.duckdb": "half",
    }.items():  # fmt: skip
        path = settings.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    accounts.add(settings.accounts, "ana", "correct horse", "analyst")
    sessions.secret_key(settings.accounts)
    append(settings.decisions, NAMES, {"decision": "accept"}, "ste")
    return settings


def content_of(home: Path) -> dict[str, bytes]:
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file() and p.suffix != ".sqlite"}


def test_a_restored_home_is_the_home_that_was(home: Settings, tmp_path: Path):
    before = {k: v for k, v in content_of(home.home).items() if "dbt/" not in k and ".new-" not in k}
    count = backup(home, tmp_path / "b.tar.gz")
    assert restore(tmp_path / "b.tar.gz", tmp_path / "again") == count
    after = content_of(tmp_path / "again")
    assert {k: v for k, v in after.items() if not k.endswith(("-wal", "-shm"))} == {
        k: v for k, v in before.items() if not k.endswith(("-wal", "-shm"))
    }
    assert accounts.verify(Settings.load(tmp_path / "again").accounts, "ana", "correct horse").status == "ok"
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0


def test_a_restored_home_has_its_empty_folders(home: Settings, tmp_path: Path):
    shutil.rmtree(home.decisions)
    backup(home, tmp_path / "b.tar.gz")
    restore(tmp_path / "b.tar.gz", tmp_path / "again")
    assert {path.name for path in (tmp_path / "again").iterdir()} == {"landing", "published", "decisions", "var"}


def test_a_backup_is_never_written_over_and_a_home_never_restored_into(home: Settings, tmp_path: Path):
    backup(home, tmp_path / "b.tar.gz")
    with pytest.raises(BackupError, match="there already"):
        backup(home, tmp_path / "b.tar.gz")
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "b.tar.gz", home.home)


def damaged(archive: Path, change) -> Path:
    """The archive, unpacked, one member changed, packed again: as a disk that lies would hand it back."""
    out = archive.with_name("damaged.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(out, "w:gz") as new:
        for member in old:
            content = change(member.name, old.extractfile(member).read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return out


@pytest.mark.parametrize(("change", "says"), [
    (lambda name, content: content[:-1] + b"y" if name.endswith("marts.duckdb") else content, "damaged: published/20251231-0001/marts.duckdb"),
    (lambda name, content: None if name.endswith("a.json") else content, "damaged: var/raw/_files/a.json"),
    (lambda name, content: None if name == MANIFEST else content, "ends early"),
    (lambda name, content: json.dumps({"format": 99, "files": {}}).encode() if name == MANIFEST else content, "format 99"),
])  # fmt: skip
def test_a_damaged_archive_is_refused_by_name_and_leaves_nothing(home: Settings, tmp_path: Path, change, says: str):
    backup(home, tmp_path / "b.tar.gz")
    with pytest.raises(BackupError, match=says):
        restore(damaged(tmp_path / "b.tar.gz", change), tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".again*"))


def test_an_archive_cut_short_is_refused_wherever_it_was_cut(home: Settings, tmp_path: Path):
    backup(home, tmp_path / "b.tar.gz")
    whole = (tmp_path / "b.tar.gz").read_bytes()
    for share in (0.0, 0.1, 0.5, 0.9):
        cut = tmp_path / "cut.tar.gz"
        cut.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(BackupError, match="cut"):
            restore(cut, tmp_path / "again")


def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path: Path):
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as archive:
        for name in ("landing/../../../evil.txt", "/etc/evil"):
            member = tarfile.TarInfo(name)
            member.size = 1
            archive.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(BackupError, match="no backup of ours"):
        restore(evil, tmp_path / "again")
    with gzip.open(tmp_path / "no.tar.gz", "wb") as out:
        out.write(b"not a tar" * 200)
    with pytest.raises(BackupError, match="damaged after the beginning"):
        restore(tmp_path / "no.tar.gz", tmp_path / "again")


def test_the_doctor_names_what_is_broken_and_its_mend(home: Settings):
    found = {finding.name: finding for finding in examine(home)}
    assert found["law"].level == found["disk"].level == found["accounts"].level == "ok"
    assert found["snapshot"].level == "error"
    assert "rollback" in found["snapshot"].says
    marts = home.published / "20251231-0001" / "marts.duckdb"
    marts.unlink()
    with duckdb.connect(str(marts)) as con:
        con.execute("create table fct_claim as select i as a, hash(i) as b, repeat(md5(i::varchar), 4) as c from range(200000) as t (i)")
    manifest = {"snapshot_id": "20251231-0001", "as_of": "2025-12-31", "row_counts": {"fct_claim": 200_000}}
    (marts.parent / "manifest.json").write_text(json.dumps(manifest))
    assert {finding.name: finding for finding in examine(home)}["snapshot"].level == "ok"
    content = bytearray(marts.read_bytes())
    content[len(content) // 2 : len(content) * 3 // 4] = bytes(len(content) * 3 // 4 - len(content) // 2)
    marts.write_bytes(content)
    assert {finding.name: finding for finding in examine(home)}["snapshot"].level == "error", "every page is read, not only counted"


@pytest.mark.parametrize("place", ["var/accounts.sqlite", "var/accounts.key", "var/access_log.sqlite", "decisions/names.jsonl", "decisions/contacts.jsonl"])
def test_what_its_owner_alone_may_read_comes_back_so_and_the_doctor_looks(home: Settings, tmp_path: Path, place: str):
    with sqlite3.connect(home.var / "access_log.sqlite") as log:
        log.execute("create table access_log (id)")
    append(home.decisions, CONTACTS, {"why": "called"}, "ste")
    (home.var / "access_log.sqlite").chmod(0o600)
    assert {finding.name: finding.level for finding in examine(home)}["private"] == "ok", "as the product makes them"
    (home.home / place).chmod(0o644)  # as an older version brought it back
    found = {finding.name: finding for finding in examine(home)}["private"]
    assert found.level == "error"
    assert f"chmod go= {home.home / place}" in found.says
    backup(home, tmp_path / "b.tar.gz")
    restore(tmp_path / "b.tar.gz", tmp_path / "again")
    again = Settings.load(tmp_path / "again")
    assert (again.home / place).stat().st_mode & 0o777 == 0o600
    sent = "landing/registrations/企业登记_2025.csv"
    assert (again.home / sent).stat().st_mode == (home.home / sent).stat().st_mode, "what came keeps its mode"
    assert again.decisions.stat().st_mode & 0o077 == 0
    assert {finding.name: finding.level for finding in examine(again)}["private"] == "ok"
