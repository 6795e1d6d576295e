"""Named what-ifs on their page: kept, opened by address, changed by their owner alone, on record."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import fire, html_of, log_of, named, page, sign_in
from flask.testing import FlaskClient
from test_whatif import TERMS, answer

from dashboard.access import accounts
from dashboard.app import create_app
from pipelines.base.scenarios import save, scenarios

EDITS = {"6b.1.cap_wan": "80"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenarios") / "decisions"


@pytest.fixture(scope="module")
def signed_in(published, accounts_file, home: Path, tmp_path_factory):
    accounts.add(accounts_file, "ann", "correct horse", "analyst")
    server = create_app(
        published, accounts_file, decisions=home, terms=lambda policy, document: TERMS, whatif=lambda _, edits: answer(edits), shared=tmp_path_factory.mktemp("shared"),
    )  # fmt: skip

    def make(name: str) -> FlaskClient:
        client = server.test_client()
        assert sign_in(client, name).status_code == 303
        return client

    yield make
    accounts.disable(accounts_file, "ann")


def press(client: FlaskClient, home: Path, what: str, name: str = "", search: str = "", said: dict[str, int] | None = None) -> dict[str, Any]:
    """What a press of a button brings; `what` is save, rename or the id of the scenario to drop."""
    kept = scenarios(home)
    drops = [({"key": one.scenario_id, "type": "scenario-drop"}, "n_clicks") for one in kept]
    is_drop = what not in ("save", "rename")
    inputs = [
        ("scenario-save.n_clicks", 1 if what == "save" else None), ("scenario-rename.n_clicks", 1 if what == "rename" else None),
        (drops, [1 if id_["key"] == what else None for id_, _ in drops]),
    ]  # fmt: skip
    state = [
        ("scenario-name.value", name), ("scenario-note.value", "说明"), ("scenarios-said.data", said or {one.scenario_id: one.said for one in kept}),
        ("here.pathname", "/whatif"), ("here.search", search),
    ]  # fmt: skip
    by = f'{{"key":"{what}","type":"scenario-drop"}}.n_clicks' if is_drop else f"scenario-{what}.n_clicks"
    return fire(client, named(client, "whatif-scenarios.children@"), inputs, state, by=by).get_json()


def test_changes_are_kept_under_a_name_and_opened_by_a_short_address_with_the_same_answer(signed_in, home: Path, accounts_file: Path):
    client = signed_in("ana")
    told = press(client, home, "save", "提高封顶", "?set.6b.1.cap_wan=80")
    [one] = scenarios(home)
    assert (one.name, one.edits, one.owner, one.note) == ("提高封顶", EDITS, "ana", "说明")
    assert told["sideUpdate"]["show"]["data"] == f"/whatif?scenario={one.scenario_id}"
    opened, typed = (page(signed_in("ann"), "/whatif", search) for search in (f"?scenario={one.scenario_id}", "?set.6b.1.cap_wan=80"))
    assert "方案“提高封顶”（ana，" in opened
    assert opened.count("甲软件") == typed.count("甲软件") > 0
    assert "/export/whatif_clauses.csv?set.6b.1.cap_wan=80" in opened
    assert any(row["action"] == "act scenario" and "提高封顶" in row["detail"] for row in log_of(accounts_file).read(20))


def test_a_scenario_is_changed_by_its_owner_and_administrators_alone(signed_in, home: Path):
    kept = save(home, "甲", "draft", EDITS, "ana")
    at = f"?scenario={kept}"
    assert "甲" in page(signed_in("ann"), "/whatif", at)
    for what in ("rename", kept):
        assert "只能由保存人" in json.dumps(press(signed_in("ann"), home, what, "乙", at), ensure_ascii=False)
    assert next(one for one in scenarios(home) if one.scenario_id == kept).name == "甲"
    press(signed_in("ana"), home, "rename", "乙", at)
    press(signed_in("ana"), home, "save", "乙", f"{at}&set.6b.1.cap_wan=90")
    one = next(one for one in scenarios(home) if one.scenario_id == kept)
    assert (one.name, one.edits, one.said) == ("乙", {"6b.1.cap_wan": "90"}, 3)
    press(signed_in("adm"), home, kept, search=at)
    assert kept not in {one.scenario_id for one in scenarios(home)}
    assert "可能已被删除" in page(signed_in("ana"), "/whatif", at)


def test_who_is_second_is_told_of_the_first_and_nothing_is_overwritten(signed_in, home: Path):
    kept = save(home, "丁", "draft", EDITS, "ana")
    save(home, "丁", "draft", {"D14": "off"}, "adm", scenario_id=kept)
    told = press(signed_in("ana"), home, "save", "丁", f"?scenario={kept}&set.6b.1.cap_wan=90", said={kept: 1})
    assert "adm" in json.dumps(told, ensure_ascii=False)
    assert next(one for one in scenarios(home) if one.scenario_id == kept).edits == {"D14": "off"}


def test_a_scenario_whose_term_is_gone_says_so_in_the_list_and_when_it_is_opened(signed_in, home: Path):
    kept = save(home, "旧条文", "draft", {"99z.cap_wan": "1", **EDITS}, "ana")
    text = page(signed_in("ana"), "/whatif", f"?scenario={kept}")
    assert "已不存在或不再适用：99z.cap_wan" in text
    assert "1 处不再适用" in text
    assert "没有这一项可改" in text
    assert "甲软件" not in text


@pytest.mark.parametrize("name", ["opa", "aud", "ste"])
def test_roles_without_the_page_keep_and_see_none(signed_in, home: Path, name: str):
    before = scenarios(home)
    client = signed_in(name)
    assert "error" in press(client, home, "save", "戊", "?set.6b.1.cap_wan=80")
    assert scenarios(home) == before
    assert "提高封顶" not in html_of(page(client, "/whatif"))
