"""Files handed in on the page, by raw requests: pieces, checks, headers taught, landing; what an operator may not."""

from collections.abc import Iterator
from typing import Any

import pytest
import python_calamine
from conftest import PASSWORD, html_of, log_of, press, session_token, sign_in, token, told
from small_home import SmallHome

from dashboard import hand_in
from pipelines.base import incoming
from pipelines.base.deliveries import deliveries
from pipelines.deliver import bounded
from pipelines.deliver.child import ANSWERS

OWN = "园区编码,企业名称,入驻日期,年度,年租金(元)\nP001,无锡甲软件有限公司,2025-01-01,2025,1000\n"
OTHER_WORDS = "园区编码,承租单位,入驻日期,年度,年租金(元)\nP001,无锡乙软件有限公司,2025-01-01,2025,1000\n"
FOREIGN = f"{OWN}P002,无锡丙软件有限公司,2025-01-01,2025,1000\n"


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without a process for each check: its bounds are held in tests/unit/deliver."""

    def ask(settings: Any, what: str, /, *, size: int = 0, **given: Any) -> Any:
        return ANSWERS[what](settings, tmp_path_factory.mktemp("scratch"), **given)

    monkeypatch.setattr(bounded, "ask", ask)


@pytest.fixture(autouse=True)
def nothing_waits(home: SmallHome) -> Iterator[None]:
    yield
    for name in ("ste", "opa", "opb"):
        for one in incoming.waiting(home.files.root, name):
            incoming.drop(one)


def landed(home: SmallHome) -> set[str]:
    return {path.name for path in home._settings.landing.rglob("*") if path.is_file()}


def send(client: Any, content: str | bytes, name: str = "t.csv", source: str = "tenancies", size: int | None = None) -> Any:
    """The first piece, or all of a short file."""
    data = content.encode() if isinstance(content, str) else content
    return client.post("/_hand-in", query_string={"source": source, "name": name, "size": len(data) if size is None else size}, data=data, headers=token(client))


def came(client: Any, file_id: str) -> Any:
    """What the page asks when a file came whole."""
    return press(client, "hand-in-incoming.data", {"data": {"id": file_id}, "pathname": "/deliver", "search": ""})


def confirmed(client: Any, file_id: str) -> Any:
    return press(client, "hand-in-confirm", {"data": {"id": file_id}, "pathname": "/deliver", "search": "", "hand-in-drop-file.n_clicks": None, "hand-in-kind.value": None})


def test_a_steward_teaches_a_header_and_confirms_a_file_that_then_is_on_record(home: SmallHome, signed_in):
    client, before = signed_in("ste"), landed(home)
    file_id = send(client, OTHER_WORDS, "四季度_2025-12-31.csv").get_json()["id"]
    shown = html_of(came(client, file_id).get_json())
    assert "整件不收" in shown
    assert "承租单位" in shown
    assert landed(home) == before, "nothing lands by checking"
    values = {"data": {"id": file_id}, "pathname": "/deliver", "search": "", "hand-in-teach-why.value": "园区来函", "hand-in-column.value": "enterprise_name"}
    answer = press(client, "hand-in-teach", values, {"word": "承租单位"})
    assert "已记住：承租单位" in told(answer)
    assert "可以确认" in html_of(answer.get_json()["response"])
    assert "已落入收件夹" in told(confirmed(client, file_id))
    made = deliveries(home._settings.decisions)[-1]
    assert (made.who, made.role, made.given_name) == ("ste", "steward", "四季度_2025-12-31.csv")
    assert landed(home) - before == {made.source_file.rpartition("/")[2]}
    shown = html_of(press(client, "hand-in-forget", {"pathname": "/deliver", "search": ""}, {"source": "tenancies", "word": "承租单位"}).get_json())
    assert "还没有教过表头" in shown
    assert "已经报送过" not in html_of(came(client, send(client, OTHER_WORDS).get_json()["id"]).get_json()), "the taught word is gone: it is refused again"


def test_an_operator_is_refused_rows_of_another_park_and_it_is_on_record(home: SmallHome, signed_in, accounts_file):
    client, before = signed_in("opa"), landed(home)
    file_id = send(client, FOREIGN).get_json()["id"]
    shown = html_of(came(client, file_id).get_json())
    assert "有 1 行不是本园区的" in shown
    assert "P002" in shown
    assert "第 3 行（P002）" in told(confirmed(client, file_id)), "asked for by hand, without the button"
    assert landed(home) == before
    lines = [(line["action"], line["detail"]) for line in log_of(accounts_file).read(name="opa")]
    assert ("denied", "rows of another park tenancies 1: 3:P002") in lines
    assert any(action == "denied" and "deliver_foreign" in detail for action, detail in lines)


def test_an_operator_hands_in_no_other_source_and_nobody_elses_file(home: SmallHome, signed_in):
    opa, opb, before = signed_in("opa"), signed_in("opb"), landed(home)
    assert send(opa, "x", source="payments").status_code == 403
    assert opa.get("/export/template/payments.xlsx").status_code == 403
    assert opa.get("/export/template/tenancies.xlsx").status_code == 200
    file_id = send(opa, OWN.replace("1000", "2000")).get_json()["id"]
    for answer in (came(opb, file_id), confirmed(opb, file_id)):
        assert "没有这份待确认的文件" in told(answer)
    assert opb.get(f"/export/sent-back/{file_id}.xlsx").status_code == 400
    assert opb.get("/export/sent-back.xlsx?file=tenancies/P001_2025-09-30.csv").status_code == 404
    assert "不能做这项操作" in told(press(opa, "hand-in-teach", {"data": {"id": file_id}, "pathname": "/deliver", "search": "", "hand-in-teach-why.value": "x", "hand-in-column.value": "room"}, {"word": "x"}))
    assert landed(home) == before
    assert "已落入收件夹" in told(confirmed(opa, file_id))
    assert deliveries(home._settings.decisions)[-1].parks == ("P001",)


def test_who_comes_second_with_the_same_bytes_is_told_whose_they_were(home: SmallHome, signed_in):
    opa, ste = signed_in("opa"), signed_in("ste")
    same = OWN.replace("1000", "3000")
    confirmed(opa, send(opa, same).get_json()["id"])
    before, file_id = landed(home), send(ste, same, "another name.csv").get_json()["id"]
    assert "已经报送过" in html_of(came(ste, file_id).get_json())
    assert "（opa，" in told(confirmed(ste, file_id))
    assert landed(home) == before


def test_a_large_file_a_program_and_pieces_out_of_order_are_refused_in_words_and_nothing_stays(home: SmallHome, signed_in):
    client = signed_in("ste")
    for answer, words in (
        (send(client, "x", size=200 << 20), "超过 32 MB"), (send(client, b"MZ", "setup.exe"), "不认识的文件类型"), (send(client, "", "a.csv"), "文件为空"),
    ):  # fmt: skip
        assert answer.status_code == 400
        assert words in answer.get_json()["error"]
    file_id = send(client, "12345", size=10).get_json()["id"]
    answer = client.post(f"/_hand-in/{file_id}?offset=7", data=b"890", headers=token(client))
    assert "没有传完整" in answer.get_json()["error"]
    assert not [path for path in home.files.root.iterdir() if path.name == file_id]
    assert hand_in.PIECE_BYTES < 1_000_000, "a piece is no longer than any request"


def test_a_session_that_ends_midway_leaves_nothing_that_counts(home: SmallHome, server, signed_in):
    client, before = signed_in("opa"), landed(home)
    file_id = send(client, OWN[:20], size=len(OWN.encode())).get_json()["id"]
    client.post("/logout")
    answer = client.post(f"/_hand-in/{file_id}?offset=20", data=b"x", headers={"X-CSRFToken": "x"})
    assert answer.status_code == 401
    assert "请先登录" in answer.get_json()["error"]
    assert sign_in(client, "opa", PASSWORD).status_code == 303
    assert "没有传完整" in told(came(client, file_id))
    assert "没有传完整" in told(confirmed(client, file_id))
    assert not incoming.waiting(home.files.root, "opa")
    assert landed(home) == before


def test_a_piece_without_the_sessions_token_is_refused(signed_in):
    client = signed_in("ste")
    session_token(client)
    assert client.post("/_hand-in?source=tenancies&name=a.csv&size=1", data=b"x").status_code == 400


def test_a_list_is_told_in_a_form_that_its_title_has_filled_in(signed_in):
    client = signed_in("ste")
    file_id = send(client, "关于公布2025年江苏省专精特新中小企业（第二批）名单的通知\n序号,企业名称\n1,无锡甲软件有限公司\n", "名单.csv", "recognitions").get_json()["id"]
    shown = html_of(came(client, file_id).get_json())
    assert "名单说明不全" in shown
    assert 'value="省级"' in shown
    assert "据标题填写" in shown


def test_the_template_of_a_source_is_a_workbook_with_its_headers(signed_in, tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(signed_in("opa").get("/export/template/tenancies.xlsx").get_data())
    header = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()[0]
    assert header[:2] == ["*园区编码", "*企业名称"]
