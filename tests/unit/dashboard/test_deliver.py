"""报送: what is due and what came, in the scope of whoever looks; what may be done with it; one build at a time, told to who comes second."""

import json
from pathlib import Path

import pytest
from conftest import body_of, callbacks, html_of, log_of, page, press, rows_of, send, sign_in, told
from small_home import BY_HAND, OF_A, OF_B, REFUSED, SMALL, WAITING, SmallHome, sha_of, small_home

from dashboard.app import create_app
from pipelines.base.decisions import ACCEPTED, WITHDRAWN, entries
from pipelines.build_record import one_build_at_a_time, tell
from pipelines.deliver.trial import one_preview_at_a_time, write
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts


@pytest.fixture
def own(published: Path, accounts_file: Path, tmp_path: Path):
    """A home of the test's own, and who signs in to it."""
    home = small_home(tmp_path / "home")
    server = create_app(published, accounts_file, decisions=tmp_path / "home" / "decisions", home=home)

    def sign_in_as(name: str):
        client = server.test_client()
        assert sign_in(client, name).status_code == 303
        return client

    return home, Settings.load(tmp_path / "home"), sign_in_as


def act(client, which: str, source_file: str, why: str = "发错了", sha: str | None = ""):
    """A press of a button under the form of one delivery."""
    return press(client, f"deliver-{which}", {"deliver-asked.data": {"source_file": source_file, "file_sha256": sha_of(source_file) if sha == "" else sha},
                                              "deliver-why.value": why, "pathname": "/deliver", "search": ""})  # fmt: skip


def test_a_steward_sees_every_source_and_who_delivered_what_with_its_hash(own):
    _, _, sign_in_as = own
    client = sign_in_as("ste")
    assert len(rows_of(client, "due")) == sum(contract.is_asked for contract in load_contracts().values())
    late = {row["来源"]: row["新旧"] for row in rows_of(client, "due")}
    assert late["认定名单"] == "未到", "nothing came"
    files = {row["来源文件"]: row for row in rows_of(client, "deliveries")}
    assert set(files) == {OF_A, OF_B, WAITING, BY_HAND, REFUSED, SMALL}
    assert (files[OF_A]["报送人"], files[OF_A]["现状"], files[OF_A]["内容指纹"]) == ("opa", "已载入", sha_of(OF_A))
    assert (files[WAITING]["现状"], files[BY_HAND]["报送人"], files[REFUSED]["现状"]) == ("待读入", "", "整件拒收")
    text = page(client, "/deliver")
    assert "state-" not in text
    assert "deliver-update" in text


def test_an_operator_sees_the_deliveries_of_their_own_park_and_nothing_to_start(own):
    _, _, sign_in_as = own
    client = sign_in_as("opa")
    text = page(client, "/deliver")
    assert "P001 应报送" in text
    assert "deliver-update" not in text
    assert [row["来源"] for row in rows_of(client, "due")] == ["园区入驻与租金"]
    assert {row["来源文件"] for row in rows_of(client, "deliveries")} == {OF_A, WAITING}


@pytest.mark.parametrize("name", ["ana", "aud"])
def test_other_roles_get_neither_page_nor_rows_nor_acts(own, name: str):
    home, settings, sign_in_as = own
    client = sign_in_as(name)
    assert "state-no_permission" in page(client, "/deliver")
    assert client.get("/export/deliveries.csv").status_code == 404
    assert act(client, "withdraw", OF_A).status_code == 403
    assert press(client, "deliver-update", {}).status_code == 403
    assert (home.begun, entries(settings.decisions, WITHDRAWN)) == ([], [])


def test_a_delivery_is_withdrawn_with_a_reason_and_brought_back(own, accounts_file: Path):
    _, settings, sign_in_as = own
    client = sign_in_as("ste")
    assert "请写明理由" in told(act(client, "withdraw", WAITING, why="  "))
    assert "已记录撤出" in told(act(client, "withdraw", WAITING, why="财政局说发错了"))
    [entry] = entries(settings.decisions, WITHDRAWN)
    assert (entry["source_file"], entry["state"], entry["who"], entry["why"]) == (WAITING, "withdrawn", "ste", "财政局说发错了")
    assert {row["来源文件"]: row["现状"] for row in rows_of(client, "deliveries")}[WAITING] == "待撤出"
    assert "现在不能做这项操作" in told(act(client, "withdraw", WAITING)), "it is withdrawn already"
    assert "已记录恢复" in told(act(client, "undo", WAITING, why="核实无误"))
    assert {row["来源文件"]: row["现状"] for row in rows_of(client, "deliveries")}[WAITING] == "待读入"
    assert any(line["action"] == "act withdraw" and WAITING in line["detail"] for line in log_of(accounts_file).read(50))


def test_an_operator_withdraws_what_they_delivered_themselves_and_tries_at_others_are_on_record(own, accounts_file: Path):
    _, settings, sign_in_as = own
    client = sign_in_as("opa")
    assert "没有这个页面，或不在您的权限范围内" in told(act(client, "withdraw", OF_B))
    assert "没有这个页面" in told(act(client, "withdraw", BY_HAND))
    assert "不能做这项操作" in told(act(client, "accept", OF_A))
    assert entries(settings.decisions, WITHDRAWN) == []
    denied = [line["detail"] for line in log_of(accounts_file).read(50) if line["action"] == "denied"]
    assert any(OF_B in detail and "not visible" in detail for detail in denied)
    assert "已记录撤出" in told(act(client, "withdraw", WAITING))


def test_only_a_full_file_whose_size_stopped_the_last_build_is_let_stand(own):
    _, settings, sign_in_as = own
    client = sign_in_as("ste")
    assert "现在不能做这项操作" in told(act(client, "accept", OF_A))
    assert "已记录放行" in told(act(client, "accept", SMALL, why="两家已注销"))
    [entry] = entries(settings.decisions, ACCEPTED)
    assert (entry["file_sha256"], entry["who"]) == (sha_of(SMALL), "ste")
    assert "现在不能做这项操作" in told(act(client, "accept", SMALL)), "once"


def test_the_form_of_a_delivery_offers_what_its_reader_may_do(own):
    _, _, sign_in_as = own

    def offered(name: str, source_file: str) -> list[str]:
        seen, client = sign_in_as("ste"), sign_in_as(name)   # an operator asks for what the steward's grid names
        asked = {"getRowsRequest": {"startRow": 0, "endRow": 50}, "pathname": "/deliver", "search": ""}
        rows = press(seen, "grid.getRowsRequest", asked, {"table": "deliveries", "card": "deliveries", "form": "csv"}).get_data(as_text=True)
        [row] = [one for one in json.loads(rows)["response"]['{"table":"deliveries","type":"grid"}']["getRowsResponse"]["rowData"] if one["source_file"] == source_file]
        chosen = {"cellRendererData": {"value": {"delivery_id": row["delivery_id"]}}, "pathname": "/deliver", "search": ""}
        answer = press(client, "grid.cellRendererData", chosen, {"table": "deliveries"})
        response = answer.get_json().get("response", {})
        return [act for act in ("withdraw", "undo", "accept") if response.get(f"deliver-{act}", {}).get("display") == "block"]

    assert offered("ste", SMALL) == ["withdraw", "accept"]
    assert offered("ste", REFUSED) == []
    assert offered("opa", OF_A) == ["withdraw"]
    assert offered("opa", OF_B) == []


def test_an_update_is_begun_once_and_who_comes_second_is_told_who_began_it(own, accounts_file: Path):
    home, settings, sign_in_as = own
    client = sign_in_as("ste")
    assert told(press(client, "deliver-update", {})) == ""
    assert home.begun == ["ste"]
    with one_build_at_a_time(settings, "new_files"):
        words = told(press(client, "deliver-update", {}))
        assert "新文件到达 已于" in words
        assert "正在进行" in words
    home.is_raced = True
    with one_build_at_a_time(settings, "adm") as record:
        record.state = "published"
    assert "暂不能更新" in told(press(client, "deliver-update", {})), "it was over before it could be told whose it was"
    assert home.begun == ["ste", "ste"]
    assert any(line["action"] == "act update" and line["name"] == "ste" for line in log_of(accounts_file).read(50))


def test_an_operator_cannot_begin_an_update_by_a_request_made_by_hand(own, accounts_file: Path):
    home, _, sign_in_as = own
    assert "您的角色不能做这项操作" in told(press(sign_in_as("opa"), "deliver-update", {}))
    assert home.begun == []
    assert any(line["name"] == "opa" and "no_permission" in line["detail"] for line in log_of(accounts_file).read(20))


def test_the_page_shows_a_build_while_it_runs_and_how_it_ended(own):
    _, settings, sign_in_as = own
    client = sign_in_as("ste")

    def look() -> dict:
        """What a tick brings, by both of its callbacks."""
        brought = {}
        for part in ("deliver-build", "deliver-preview"):
            name = next(name for name in callbacks(client.application) if f"{part}.children@" in name and "n_clicks" not in str(client.application.extensions["dash_app"].callback_map[name]["inputs"]))
            brought |= send(client, body_of(client.application, name, {"pathname": "/deliver", "search": "", "n_intervals": 1}, {})).get_json()["response"]
        return brought

    assert "还没有更新过" in page(client, "/deliver")
    with one_build_at_a_time(settings, "adm") as record:
        tell(settings, record, "evaluating", "套用政策条款：34 / 110")
        seen = look()
        text = html_of(seen["deliver-build"]["children"])
        assert "adm 于" in text
        assert "34 / 110" in text
        stage = text.partition(">套用政策条款<")[0].rpartition("<Li")[2]
        assert 'className="now"' in stage
        assert 'aria-current="step"' in stage
        assert (seen["deliver-update"]["disabled"], seen["deliver-tick"]["disabled"]) == (True, False)
        assert 'disabled="False"' in page(client, "/deliver").partition("<Interval ")[2].partition(">")[0]
    with pytest.raises(RuntimeError), one_build_at_a_time(settings, "adm"):
        raise RuntimeError("磁盘已满")
    seen = look()
    text = html_of(seen["deliver-build"]["children"])
    assert "没有发布" in text
    assert "磁盘已满" in text
    assert seen["deliver-tick"]["disabled"] is True, "nothing is asked for when nothing runs"


def test_where_the_server_may_not_write_no_update_is_offered(own, monkeypatch: pytest.MonkeyPatch):
    home, _, sign_in_as = own
    client, found = sign_in_as("ste"), home.build()
    monkeypatch.setattr(SmallHome, "build", lambda _: {**found, "may_write": False})
    assert "没有写入数据目录的权限" in page(client, "/deliver")
    assert "没有写入数据目录的权限" in told(press(client, "deliver-update", {}))
    assert home.begun == []


def test_a_server_over_a_published_folder_alone_says_what_is_missing(published: Path, accounts_file: Path):
    client = create_app(published, accounts_file).test_client()
    sign_in(client, "ste")
    assert "state-no_home" in page(client, "/deliver")
    assert "没有这个页面" in told(press(client, "deliver-update", {}))
    assert rows_of(client, "deliveries") == []


FOUND = {
    "who": "ste", "pid": 1, "started_at": "2026-01-05T01:00:00+00:00", "ended_at": "2026-01-05T01:01:00+00:00", "files": [], "parks": [], "state": "changed",
    "as_of": ["2025-12-31", "2026-01-31"], "rows": [{"source": "payments", "rows_loaded": 12, "rows_quarantined": -1}],
    "moved_files": [{"source": "payments", "source_file": BY_HAND, "status": "loaded", "message": "", "rows_read": 12, "rows_loaded": 12, "rows_skipped": 0, "rows_quarantined": 0}],
    "events": {"gained": 7, "lost": 2}, "names": {"gained": 1, "lost": 0, "gained_names": []},
    "findings": [{"policy_id": "wuxi-software", "kind": "paid_twice", "gained": 1, "lost": 0}, {"policy_id": None, "kind": "without_ground", "gained": 1, "lost": 0}],
    "texts": [
        {
            "policy_id": "wuxi-software", "document": "draft", "claim_count": 5, "firm_count": 3, "net_ceiling_yuan": "1200000.00", "paid_yuan": "-30000.00",
            "outcomes": [{"outcome": "eligible", "gained": 4, "lost": 1}],
            "moved_claims": [{"claim_id": "c1", "clause_id": "6b.1", "enterprise_id": "91320200MA1X00003Q", "enterprise_name": "示例零零三软件", "old_outcome": "undetermined", "new_outcome": "eligible", "moved_by": "data"}],
        },
        {"policy_id": "wuxi-software", "document": "issued", "claim_count": 99, "firm_count": 99, "net_ceiling_yuan": "0", "paid_yuan": "0", "outcomes": [{"outcome": "eligible", "gained": 99, "lost": 0}], "moved_claims": []},
    ],
}  # fmt: skip


def previewed(settings: Settings, **told: object) -> None:
    write(settings, {**FOUND, **told})


def test_a_preview_tells_what_the_next_update_would_change_by_the_text_that_is_shown(own):
    _, settings, sign_in_as = own
    client = sign_in_as("ste")
    assert "还没有预览过" in page(client, "/deliver")
    previewed(settings)
    text = page(client, "/deliver")
    assert "下次更新将改变 5 项判断或金额，涉及 3 家企业" in text
    assert "2025-12-31 → 2026-01-31" in text
    assert "+7 −2" in text
    assert "+120.0 万元" in text
    assert "+12 / -1" in text
    assert ">99<" not in text, "of another text of the policy"
    assert "重复拨付" in text
    assert "示例零零三软件" in text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"state": "refused", "message": "2 checks failed: 合计不符"}, "合计不符"), ({"state": "killed"}, "中途被终止"), ({"state": "unchanged"}, "不会改变任何数字"),
        ({"state": "failed", "message": "磁盘已满"}, "磁盘已满"),
    ],
)  # fmt: skip
def test_a_preview_that_changes_nothing_or_found_nothing_says_so(own, told: dict, words: str):
    _, settings, sign_in_as = own
    previewed(settings, **told)
    assert words in page(sign_in_as("ste"), "/deliver")


def test_an_operator_previews_for_their_own_park_and_sees_no_other_preview(own, accounts_file: Path):
    home, settings, sign_in_as = own
    client = sign_in_as("opa")
    assert told(press(client, "deliver-preview-run", {})) == ""
    assert home.begun == ["preview opa P001"]
    for parks, is_seen in (([], False), (["P002"], False), (["P001", "P002"], False), (["P001"], True)):
        previewed(settings, parks=parks, names=None)
        assert ("下次更新将改变 5 项" in page(client, "/deliver")) is is_seen, parks
    previewed(settings, parks=["P001"], state="refused", message="P002 的文件合计不符")
    text = page(client, "/deliver")
    assert "须由数据管理员处理" in text
    assert "P002" not in text
    assert any(line["action"] == "act preview" and line["name"] == "opa" for line in log_of(accounts_file).read(20))


def test_one_preview_runs_at_a_time_and_none_while_an_update_does(own):
    home, settings, sign_in_as = own
    client = sign_in_as("ste")
    with one_build_at_a_time(settings, "new_files") as record:
        assert "请等更新结束后再预览" in told(press(client, "deliver-preview-run", {}))
        record.state = "published"
    home.is_raced = True
    assert "已有一项预览正在进行" in told(press(client, "deliver-preview-run", {}))
    previewed(settings, state="running")
    with one_preview_at_a_time(settings):
        text = page(client, "/deliver")
        assert "正在进行" in text
        assert 'disabled="False"' in text.partition("<Interval ")[2].partition(">")[0]
    assert "中途被终止" in page(client, "/deliver"), "it neither ended nor runs"


def test_an_update_can_be_begun_where_no_snapshot_can_be_read_yet(accounts_file: Path, tmp_path: Path):
    home = small_home(tmp_path / "home")
    server = create_app(tmp_path / "published", accounts_file, decisions=tmp_path / "home" / "decisions", home=home)
    steward, operator = server.test_client(), server.test_client()
    sign_in(steward, "ste")
    sign_in(operator, "opa")
    text = page(steward, "/deliver")
    assert "还没有可读的数据快照" in text
    assert "deliver-update" in text
    assert told(press(steward, "deliver-update", {"pathname": "/deliver", "search": ""})) == ""
    assert home.begun == ["ste"]
    text = page(operator, "/deliver")
    assert "还没有可读的数据快照" in text
    assert "deliver-update" not in text
