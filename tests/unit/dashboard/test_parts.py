"""What the dashboard is made of: imports, texts, queries, numbers, tables, files, snapshots."""

import ast
import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import page

import dashboard
from dashboard.access import scope
from dashboard.errors import SnapshotMissing
from dashboard.snapshot import Snapshots
from dashboard.view import View

HERE = Path(dashboard.__file__).parent


def test_every_word_of_the_interface_stands_in_the_text_file():
    for file in [*HERE.rglob("*.py"), *HERE.glob("templates/*.html"), *HERE.glob("assets/*.js")]:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
                    text = text.replace(ast.get_docstring(node, clean=False), "")
        assert not re.findall(r"[\u4e00-\u9fff]+", text), file


def test_every_key_of_the_text_file_is_a_word_not_a_yaml_surprise():
    def walk(node: object) -> None:
        for key, value in node.items() if isinstance(node, dict) else ():
            assert isinstance(key, str), key
            assert isinstance(value, (str, dict)), (key, value)
            walk(value)

    walk(yaml.safe_load((HERE / "text" / "zh.yaml").read_text(encoding="utf-8")))


def test_an_address_keeps_its_filters_and_what_is_shared_goes_along_to_another_page():
    view = View.read("/firms", "?district=320211&q=a&firm_list.sort=-claim_count&unknown=1")
    assert view.here(district="320205") == "/firms?district=320205&q=a&firm_list.sort=-claim_count"
    assert view.to("/parks") == "/parks?district=320211"


def test_a_percent_encoded_path_is_read_once():
    view = View.read("/firms/%E6%97%A7%E5%8F%B7:1", "")
    assert view.path == "/firms/旧号:1"
    assert view.here() == "/firms/%E6%97%A7%E5%8F%B7:1"


def test_every_page_names_day_source_version_and_sample(signed_in):
    client = signed_in("ana")
    for path in (
        "/", "/measures", "/measures/6b.1", "/measures/6b.1/versions", "/measures/1a", "/parks", "/parks/P001", "/firms",
        "/firms/91320200MA1X00003Q",
    ):
        text = page(client, path)
        for words in ("截至 2025-12-31", "来源：", "征求意见稿", "示例数据", "dashboard/queries/"):
            assert words in text, (path, words)
        assert "state-broken" not in text
        assert "应付" not in text.replace("不是应付金额", "")


def test_a_new_pointer_is_noticed_and_an_old_snapshot_can_be_asked_for(tmp_path: Path, published: Path):
    folder = tmp_path / "published"
    shutil.copytree(published, folder)
    snapshots = Snapshots(folder, check_seconds=0)
    assert snapshots.current().snapshot_id == "20260101-test"
    shutil.copytree(folder / "20260101-test", folder / "20260201-test")
    (folder / "CURRENT").write_text("20260201-test")
    assert snapshots.current().snapshot_id == "20260201-test"
    assert snapshots.get("20260101-test").as_of == "2025-12-31"
    assert len(snapshots.all()) == 2


def test_a_broken_pointer_keeps_the_last_good_snapshot_and_an_older_format_is_refused(tmp_path: Path, published: Path):
    folder = tmp_path / "published"
    with pytest.raises(SnapshotMissing, match="softcity build"):
        Snapshots(folder).current()
    shutil.copytree(published, folder)
    snapshots = Snapshots(folder, check_seconds=0)
    good = snapshots.current()
    (folder / "CURRENT").write_text("half-")
    assert snapshots.current() == good
    (folder / "old").mkdir()
    (folder / "old" / "manifest.json").write_text('{"format": 0}')
    with pytest.raises(SnapshotMissing, match="format"):
        snapshots.get("old")
    for wrong in ("..", "../published", "", "a/b", ".hidden", "x\n"):
        with pytest.raises(SnapshotMissing):
            snapshots.get(wrong)


def test_two_snapshots_are_two_connections(tmp_path: Path, published: Path):
    whole, empty = published / "20260101-test" / "marts.duckdb", tmp_path / "marts.duckdb"
    shutil.copy(whole, empty)
    with duckdb.connect(str(empty)) as con:
        con.execute("delete from fct_claim")
    counts = [scope.connect(file, None).execute("select count(*) from fct_claim").fetchone()[0] for file in (whole, empty)]
    assert counts[0] > counts[1] == 0
