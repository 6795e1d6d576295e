"""What the next build would change is told before it is made, and making it up touches nothing of the home."""

from pathlib import Path

import pytest

from pipelines.base.errors import BuildError, BuildRunning, SnapshotRefused
from pipelines.base.snapshots import current_id
from pipelines.build_record import build_lock
from pipelines.deliver import preview as module
from pipelines.deliver.preview import preview, sentences
from pipelines.deliver.trial import last_preview, one_preview_at_a_time
from pipelines.settings import Settings
from tests.conftest import City


def everything(home: Path) -> dict[str, tuple[int, int, int]]:
    """Every file of a home but what a preview keeps of itself: size, moment of change, links to it."""
    own = {"preview", "preview.json", "preview.lock", "build.lock"}   # the build lock is held while rows are linked
    found = {}
    for path in home.rglob("*"):
        name = path.relative_to(home)
        if path.is_file() and not (name.parts[0] == "var" and name.parts[1] in own):
            state = path.stat()
            found[name.as_posix()] = (state.st_size, state.st_mtime_ns, state.st_nlink)
    return found


@pytest.fixture(scope="module")
def settings(city: City, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return city.copied(tmp_path_factory.mktemp("previewed") / "home")


def test_where_nothing_new_waits_nothing_would_change_and_nothing_is_touched(settings: Settings) -> None:
    before, current = everything(settings.home), current_id(settings.published)
    told = preview(settings, "ste")
    assert (told["state"], told["moved_files"]) == ("unchanged", [])
    assert sentences(told) == ["as of 2025-12-31", "nothing else would change"]
    assert (everything(settings.home), current_id(settings.published)) == (before, current)
    assert sorted(path.name for path in (settings.var / "preview" / "var").iterdir()) == ["build.lock", "last_build.json"], "what was linked is gone"
    found = last_preview(settings) or {}
    assert (found["state"], found["who"], found["parks"]) == ("unchanged", "ste", [])


def test_a_build_that_would_be_refused_is_an_answer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SnapshotRefused("最近的全量文件不少于往常行数的七成")

    before = everything(settings.home)
    monkeypatch.setattr(module, "build", refuse)
    told = preview(settings, "ste", lambda: {"payments/late_2025-12-31.csv": _written(settings)})
    assert (told["state"], told["files"]) == ("refused", ["payments/late_2025-12-31.csv"])
    assert sentences(told) == ["the build would be refused: 最近的全量文件不少于往常行数的七成"]
    assert everything(settings.home) == before


def _written(settings: Settings) -> Path:
    path = settings.home.parent / "late.csv"
    path.write_text("x\n", encoding="utf-8")
    return path


def test_one_preview_at_a_time_and_none_while_a_build_holds_the_home(settings: Settings, tmp_path: Path) -> None:
    with one_preview_at_a_time(settings), pytest.raises(BuildRunning, match="a preview runs, begun by ste"):
        preview(settings, "adm")
    with build_lock(settings), pytest.raises(BuildRunning, match="is building"):
        preview(settings, "adm")
    assert (last_preview(settings) or {})["state"] == "failed"
    with pytest.raises(BuildError, match="nothing was published yet"):
        preview(Settings.load(tmp_path), "adm")


@pytest.mark.parametrize("name", ["../payments/x.csv", "/payments/x.csv", "x.csv"])
def test_a_file_is_added_under_a_name_of_landing_alone(settings: Settings, name: str) -> None:
    with pytest.raises(BuildError, match="SOURCE/FILE"):
        preview(settings, "adm", lambda: {name: _written(settings)})
