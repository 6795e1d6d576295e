"""Handing files in, without a browser: templates, checks, taught headers, landing, rows sent back."""

import io
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pipelines.arrivals import _mended
from pipelines.base import incoming as store
from pipelines.base.decisions import DELIVERIES, HEADERS, entries
from pipelines.base.deliveries import Report, deliveries, report_of
from pipelines.base.errors import DeliveryRefused
from pipelines.deliver import bounded, headers, landing, mend
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import ingest, is_anything_new
from pipelines.sources.readers import open_sheets
from tests.fault.nasty import CORPUS

HEADER = "园区编码,企业名称,入驻日期,年度,年租金(元)"
GOOD = f"{HEADER}\nWXP01,无锡甲软件有限公司,2025-01-01,2025,1000\n"
OTHER_WORDS = "园区代码,租户全称,迁入时间,年度,房租(万元)\nWXP01,无锡甲软件有限公司,2025-01-01,2025,12.5\n"
LIST = "关于公布2025年江苏省专精特新中小企业（第二批）名单的通知\n苏工信中小〔2025〕218号\n序号,企业名称\n1,无锡甲软件有限公司\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", landing=tmp_path / "home" / "landing")


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The child's answers in this process: what its limits are for is tested once, with the child itself."""

    def ask(settings: Settings, what: str, /, *, size: int = 0, **told: Any) -> Any:
        from pipelines.deliver.child import ANSWERS

        return ANSWERS[what](settings, tmp_path_factory.mktemp("scratch"), **told)

    monkeypatch.setattr(bounded, "ask", ask)


def full(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def hand_in(settings: Settings, content: str | bytes, name: str = "t_2026-01-05.csv", source: str = "tenancies", owner: str = "stew") -> store.Incoming:
    data = content.encode() if isinstance(content, str) else content
    made = store.begin(bounded.incoming_root(settings), owner, source, name, len(data))
    store.append(made, 0, data)
    return made


def checked(settings: Settings, content: str | bytes, **more: Any) -> Report:
    return bounded.check(settings, hand_in(settings, content, **more))


@pytest.mark.parametrize("source", [source for source, contract in load_contracts().items() if contract.is_asked])
def test_a_template_filled_with_its_example_is_read_without_a_row_set_aside(settings: Settings, tmp_path: Path, source: str, in_process: None) -> None:
    made = bounded.template(settings, source, with_example=True)
    report = checked(settings, made, name=f"{source}.xlsx", source=source)
    assert (report.rows_loaded, report.rows_quarantined) == (1, 0), report.message
    assert report.state == ("incomplete" if source == "recognitions" else "ready")
    assert all(column.word for column in report.sheets[0].columns), "the template asks for every column"


def test_the_example_of_a_template_is_in_its_explanation_and_not_among_the_rows(settings: Settings, in_process: None) -> None:
    assert checked(settings, bounded.template(settings, "aliases"), name="a.xlsx", source="aliases").rows_loaded == 0


def test_a_check_tells_each_column_the_word_it_was_known_by_and_its_unit(settings: Settings, in_process: None) -> None:
    report = checked(settings, GOOD)
    words = {column.column: (column.word, column.unit) for column in report.sheets[0].columns if column.word}
    assert words["rent_yuan"] == ("年租金(元)", "元")
    assert words["park_id"] == ("园区编码", None)
    assert (report.received_on, report.is_day_named, report.state) == ("2026-01-05", True, "ready")
    assert not settings.landing.exists(), "nothing lands by checking"


def test_an_unknown_header_is_named_taught_once_and_then_read_by_check_and_build_alike(settings: Settings, in_process: None) -> None:
    before = checked(settings, OTHER_WORDS)
    assert before.state == "refused"
    assert before.sheets[0].unknown == ("园区代码", "租户全称", "迁入时间", "房租(万元)")
    folder = settings.landing / "tenancies"
    folder.mkdir(parents=True)
    (folder / "by_hand_2026-01-05.csv").write_text(OTHER_WORDS, "utf-8")
    assert [record.status for record in ingest(settings, lambda _: None).records] == ["refused"]
    for word, column in (("园区代码", "park_id"), ("租户全称", "企业名称"), ("迁入时间", "moved_in_on"), ("房租(万元)", "rent_yuan")):
        headers.teach(settings, "tenancies", word, column, "区里来函", "stew")
    after = checked(settings, OTHER_WORDS)
    rent = next(column for column in after.sheets[0].columns if column.column == "rent_yuan")
    assert (after.state, after.rows_loaded) == ("ready", 1)
    assert (rent.word, rent.unit, rent.is_taught) == ("房租(万元)", "万元", True), "the unit is the header's own, each time"
    assert is_anything_new(settings)[0], "a build sees that a word was taught"
    assert [record.rows_loaded for record in ingest(settings, lambda _: None).records if record.status == "loaded"] == [1]
    headers.forget(settings, "tenancies", "租户全称", "弄错了", "stew")
    assert checked(settings, OTHER_WORDS).state == "refused"
    assert [entry["state"] for entry in entries(settings.decisions, HEADERS)] == ["taught"] * 4 + ["withdrawn"]


@pytest.mark.parametrize(
    ("word", "column", "key"),
    [
        ("入驻日期", "moved_out_on", "teach_other"), ("企业名称", "enterprise_name", "teach_known"), ("联系人", "enterprise_name", "teach_person"),
        ("2025", "rent_year", "teach_word"), ("租户", "no_such", "teach_column"), ("面积㎡" * 30, "area_m2", "teach_word"), ("承租方", "park_id", "teach_taught"),
    ],
)  # fmt: skip
def test_a_word_that_is_another_column_or_a_person_is_refused_in_words(settings: Settings, word: str, column: str, key: str) -> None:
    headers.teach(settings, "tenancies", "承租方", "enterprise_name", "来函", "stew")
    with pytest.raises(DeliveryRefused) as refused:
        headers.teach(settings, "tenancies", word, column, "why", "stew")
    assert refused.value.key == key
    assert len(entries(settings.decisions, HEADERS)) == 1


def test_a_taught_word_that_the_contract_later_gives_to_another_column_counts_no_more(settings: Settings) -> None:
    from pipelines.sources.taught import with_taught

    headers.teach(settings, "tenancies", "承租方", "enterprise_name", "来函", "stew")
    contract = load_contracts()["tenancies"]
    columns = tuple(replace_headers(column, "承租方") if column.name == "room" else column for column in contract.columns)
    changed = with_taught({"tenancies": contract.model_copy(update={"columns": columns})}, settings.decisions)["tenancies"]
    assert "承租方" not in next(column.headers for column in changed.columns if column.name == "enterprise_name")


def replace_headers(column: Any, word: str) -> Any:
    return column.model_copy(update={"headers": (*column.headers, word)})


def test_a_list_is_told_by_its_title_and_a_person_says_the_rest(settings: Settings, in_process: None) -> None:
    made = hand_in(settings, LIST, name="名单.csv", source="recognitions")
    report = bounded.check(settings, made)
    told = {one.key: one.from_title for one in report.sidecar if one.from_title}
    assert told == {"list": "专精特新", "level": "省级", "document": "苏工信中小〔2025〕218号", "round": "第二批", "stage": "公布"}
    assert (report.state, report.rows_loaded) == ("incomplete", 1), "its rows can be looked at before"
    with pytest.raises(DeliveryRefused):
        landing.confirm(settings, made, "stew")
    store.say(made, {**told, "issuer": "江苏省工业和信息化厅", "published_on": "2025-11-20"})
    delivery, _ = landing.confirm(settings, made, "stew")
    record = ingest(settings, lambda _: None).records[0]
    assert (record.source_file, record.status, record.rows_loaded) == (delivery.source_file, "loaded", 1)


def test_a_title_of_two_lists_leaves_open_which(settings: Settings, in_process: None) -> None:
    two = LIST.replace("（第二批）", "第五批和第二批复核通过")
    told = {one.key: one.from_title for one in checked(settings, two, name="名单.csv", source="recognitions").sidecar if one.from_title}
    assert not {"round", "action"} & told.keys()


def test_what_is_confirmed_lands_whole_under_a_name_of_ours_and_on_record(settings: Settings, in_process: None) -> None:
    made = hand_in(settings, GOOD, name="../../etc/租金 2026-01-05.CSV")
    delivery, report = landing.confirm(settings, made, "stew", role="steward")
    path = settings.landing / delivery.source_file
    assert delivery.source_file == "tenancies/tenancies_2026-01-05_no1.csv"
    assert path.read_text("utf-8") == GOOD
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [place.name for place in settings.landing.rglob("*") if place.is_file()] == [path.name]
    assert deliveries(settings.decisions) == [delivery]
    assert (delivery.who, delivery.file_sha256, delivery.given_name) == ("stew", report.file_sha256, "租金 2026-01-05.CSV")
    assert not list(store.waiting(bounded.incoming_root(settings), "stew"))


def test_a_file_put_into_the_landing_folder_by_hand_gives_the_same(settings: Settings, tmp_path: Path, in_process: None) -> None:
    delivery, _ = landing.confirm(settings, hand_in(settings, GOOD), "stew")
    by_hand = Settings(home=tmp_path / "other", landing=tmp_path / "other" / "landing")
    place = by_hand.landing / delivery.source_file
    place.parent.mkdir(parents=True)
    place.write_text(GOOD, "utf-8")
    assert ingest(by_hand, lambda _: None).records == ingest(settings, lambda _: None).records


def test_the_same_bytes_by_two_people_are_one_delivery_and_the_second_is_told_whose(settings: Settings, in_process: None) -> None:
    first, _ = landing.confirm(settings, hand_in(settings, GOOD), "ana")
    second, _ = landing.confirm(settings, hand_in(settings, GOOD, name="b.csv", owner="bob"), "bob")
    assert (second.is_new, second.who, second.source_file) == (False, "ana", first.source_file)
    assert len(entries(settings.decisions, DELIVERIES)) == len(list(settings.landing.rglob("*.csv"))) == 1


def test_of_two_deliveries_of_one_day_the_later_counts(settings: Settings, in_process: None) -> None:
    for number in range(3):
        landing.confirm(settings, hand_in(settings, GOOD.replace("1000", str(1000 + number))), "ana")
    report = checked(settings, GOOD.replace("1000", "7"))
    ingest(settings, lambda _: None)
    last, _ = landing.confirm(settings, hand_in(settings, GOOD.replace("1000", "8")), "ana")
    assert last.source_file.endswith("_no4.csv")
    after = checked(settings, GOOD.replace("1000", "9"))
    assert report.replaces is None, "nothing was on record yet"
    assert after.replaces is not None
    assert (after.replaces.replaced, after.replaces.outdone) == (1, 0)


def test_an_operator_hands_in_rows_of_their_own_park_alone(settings: Settings, in_process: None) -> None:
    made = hand_in(settings, f"{GOOD}WXP02,无锡乙软件有限公司,2025-01-01,2025,1000\n")
    report = bounded.check(settings, made, ("WXP01",))
    assert (report.state, report.foreign_count) == ("foreign", 1)
    assert [(row.row_no, row.park) for row in report.foreign] == [(3, "WXP02")]
    with pytest.raises(DeliveryRefused, match="第 3 行（WXP02）"):
        landing.confirm(settings, made, "opa", role="operator", parks=("WXP01",))
    assert not list(settings.landing.rglob("*.csv"))
    assert bounded.check(settings, made).is_ready, "who hands in for the city may"


def test_rows_set_aside_come_back_with_their_cells_and_reasons_and_mended_are_told_as_mended(settings: Settings, in_process: None) -> None:
    bad = "公告,,\n拨付编号,申报编号,拨付日期,金额(万元),资金层级\nF1,A1,2025-06-01,10,市\nF2,A2,2025年13月,20,市\n"
    landing.confirm(settings, hand_in(settings, bad, source="payments"), "ana")
    record = ingest(settings, lambda _: None).records[0]
    assert (record.rows_loaded, record.rows_quarantined) == (1, 1)
    header, row, other = rows_of(bounded.mended_of(settings, record.source_file), settings)
    back = dict(zip(header, row, strict=True))
    assert back["*拨付编号"] == "F2"
    assert back["退回原因"].startswith("拨付日期：只写到月")
    assert back["*金额(万元)"] == "20", "with the unit it came with"
    row[header.index("*拨付日期")] = "2025-12-13"
    mended, report = landing.confirm(settings, hand_in(settings, workbook(header, row, other), name="补正.xlsx", source="payments"), "ana")
    assert (report.rows_loaded, report.mends) == (2, 1)
    records = {one.source_file: one for one in ingest(settings, lambda _: None).records}
    assert records[mended.source_file].mended == [mend.mark_of(record.file_sha256, "", 4)]


def test_where_lines_add_all_rows_come_back_so_that_none_is_lost(settings: Settings, in_process: None) -> None:
    lines = f"{GOOD}WXP01,无锡甲软件有限公司,2025-01-01,2025,x\n"
    made = hand_in(settings, lines)
    rows = rows_of(bounded.mended(settings, made), settings)
    assert [row[rows[0].index("*年租金(元)" if "*年租金(元)" in rows[0] else "年租金(元)")] for row in rows[1:]] == ["x", "1000"], "the bad one first"


def rows_of(content: bytes, settings: Settings) -> list[list[str]]:
    path = settings.home / "back.xlsx"
    path.write_bytes(content)
    sheets: Iterator[Any] = open_sheets(path)
    return [cells for _, cells in next(sheets).rows]


def workbook(*rows: list[str], sheets: Sequence[list[list[str]]] = ()) -> bytes:
    with xlsxwriter.Workbook(made := io.BytesIO()) as book:
        for part in ([*rows], *sheets):
            sheet = book.add_worksheet()
            for at, row in enumerate(part):
                sheet.write_row(at, 0, row)
    return made.getvalue()


def test_a_full_disk_leaves_nothing_half_landed(settings: Settings, monkeypatch: pytest.MonkeyPatch, in_process: None) -> None:
    made = hand_in(settings, LIST, name="名单.csv", source="recognitions")
    store.say(made, {"list": "专精特新", "level": "省级", "issuer": "x", "document": "x", "published_on": "2025-11-20", "stage": "公布", "round": "1"})
    for name in ("put", "append"):
        with monkeypatch.context() as patch:
            patch.setattr(landing, name, full)
            with pytest.raises(DeliveryRefused) as refused:
                landing.confirm(settings, made, "ana")
        assert refused.value.key == "deliver_full"
        assert [path for path in settings.landing.rglob("*") if path.is_file()] == []
    assert landing.confirm(settings, made, "ana")[0].is_new, "once there is room"


def test_a_source_folder_that_leads_elsewhere_takes_nothing(settings: Settings, tmp_path: Path, in_process: None) -> None:
    settings.landing.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (settings.landing / "tenancies").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DeliveryRefused):
        landing.confirm(settings, hand_in(settings, GOOD), "ana")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_child_is_bounded_and_its_answer_is_the_report(settings: Settings) -> None:
    report = checked(settings, GOOD)
    assert report.is_ready
    assert report_of(report.told()) == report
    with pytest.raises(DeliveryRefused) as refused:
        bounded.ask(settings, "check", seconds=0.01, path="x", source="tenancies", given_name="x", parks=None, delivery=None)
    assert refused.value.key == "deliver_much"
    with pytest.raises(DeliveryRefused):
        bounded.template(settings, "no_such_source")


def test_files_that_wait_are_their_owners_alone_bounded_and_gone_after_a_day(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    root = bounded.incoming_root(settings)
    made = hand_in(settings, GOOD)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (root, made.folder, made.path)] == [0o700, 0o700, 0o600]
    for owner, file_id in (("opa", made.id), ("stew", "../" + made.id), ("stew", "0" * 32)):
        with pytest.raises(DeliveryRefused) as refused:
            store.find(root, file_id, owner)
        assert refused.value.key == "deliver_gone"
    assert store.find(root, made.id, "stew") == made
    for name, size, key in (("a.exe", 10, "deliver_kind"), ("a.csv", store.LARGEST + 1, "deliver_size"), ("a.csv", 0, "deliver_size")):
        with pytest.raises(DeliveryRefused) as refused:
            store.begin(root, "stew", "tenancies", name, size)
        assert refused.value.key == key
    for _ in range(store.EACH - 1):
        hand_in(settings, GOOD)
    with pytest.raises(DeliveryRefused) as refused:
        hand_in(settings, GOOD)
    assert refused.value.key == "deliver_many"
    monkeypatch.setattr(store, "KEPT", store.KEPT * 0)
    assert store.waiting(root, "stew") == []
    assert list(root.iterdir()) == []


def test_pieces_that_do_not_follow_and_a_full_disk_leave_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    root = bounded.incoming_root(settings)
    made = store.begin(root, "stew", "tenancies", "a.csv", 10)
    store.append(made, 0, b"12345")
    assert not made.is_whole
    with pytest.raises(DeliveryRefused):
        store.append(made, 3, b"67890")
    assert not made.folder.exists()
    made = store.begin(root, "stew", "tenancies", "a.csv", 10)
    monkeypatch.setattr(store, "_write", full)
    with pytest.raises(DeliveryRefused) as refused:
        store.append(made, 0, b"12345")
    assert refused.value.key == "deliver_full"
    assert not made.folder.exists()


def test_a_mended_row_is_told_as_mended_by_the_file_that_brought_it_and_no_other_is() -> None:
    def record(name: str, sha: str, mended: list[str]) -> FileRecord:
        return FileRecord("payments", name, sha, "2026-01-05", "loaded", "", mended=mended)

    bad = record("payments/a.csv", "a" * 64, [])
    marks = [mend.mark_of(bad.file_sha256, "", 4), "", "typed", "b/1/x", f"{'a' * 16}/x/"]
    found = _mended([record("payments/b.xlsx", "b" * 64, marks), bad]).to_pylist()
    assert found == [{"source_file": "payments/a.csv", "sheet": "", "row_no": 4, "mended_by_file": "payments/b.xlsx"}]
    assert _mended([bad]).num_rows == 0


def test_a_build_holds_what_an_operator_delivered_to_their_parks(settings: Settings, in_process: None) -> None:
    """A second table with headers nobody knew is passed over at the check, and read once they are taught."""
    first = [line.split(",") for line in GOOD.splitlines()]
    second = [["所在园", "承租方", "迁入日", "年度"], ["WXP02", "无锡乙软件有限公司", "2025-01-01", "2025"]]
    made = hand_in(settings, workbook(*first, sheets=[second]), name="a_2026-01-05.xlsx", owner="opa")
    landing.confirm(settings, made, "opa", role="operator", parks=("WXP01",))
    for word, column in (("所在园", "park_id"), ("承租方", "enterprise_name"), ("迁入日", "moved_in_on")):
        headers.teach(settings, "tenancies", word, column, "来函", "stew")
    [record] = ingest(settings, lambda _: None).records
    assert (record.rows_loaded, record.rows_quarantined) == (1, 1)


@pytest.mark.parametrize("says", ["a program that was renamed xlsx", "a zip bomb in one cell", "error cells, of which only #N/A means nothing", "a name that climbs like Windows"])
def test_a_nasty_file_is_told_in_a_check_as_in_a_build(settings: Settings, tmp_path: Path, says: str, in_process: None) -> None:
    """All of the corpus is read in tests/fault by the same reader; here one of each kind, as handed in."""
    case = next(one for one in CORPUS if one.says == says)
    content = case.make(tmp_path / "x")
    report = checked(settings, content, name=case.name, source=case.source)
    if case.end == "refused":
        assert report.state == "refused"
        assert case.told in report.message
    else:
        assert report.rows_loaded == case.loaded
        assert (report.rows_quarantined > 0) is (case.end == "quarantined")
        assert all(case.told in row.reason for row in report.quarantine[:1])
