"""Cells: each type at its boundaries. A value is taken as meant or refused with what to do; nothing is guessed."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.identity.names import normalise_name
from pipelines.sources import cells
from pipelines.sources.cells import BadCell, mask, parse
from pipelines.sources.contract import Column

RECEIVED = date(2024, 7, 1)
CODE = "91320214136320978L"


def column(kind: str, **options) -> Column:
    return Column(name="c", type=kind, headers=("列",), **options)


@pytest.mark.parametrize(
    "text",
    [
        "2024-06-25", "2024/6/25", "2024.6.25", "2024年6月25日", "20240625", "45468", "２０２４－０６－２５",
        "2024-06-25 00:00:00", " 2024/6/25 0:00 ",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_way_it_is_written(text):
    assert parse(column("day"), text, RECEIVED) == (date(2024, 6, 25),)


@pytest.mark.parametrize(
    "text",
    [
        "Jun 25, 2024", "June 25, 2024", "June 25 2024", "25 June 2024", "25-Jun-2024", "25th of June, 2024", "Jun. 25th, 2024",
        "JUN 25, 2024", "25Jun2024",
    ],
)  # fmt: skip
def test_a_day_is_read_as_english_lists_print_it(text):
    assert parse(column("day"), text, RECEIVED) == (date(2024, 6, 25),)


@pytest.mark.parametrize("text", ["Juno 25, 2024", "Jun 31, 2024", "25 Jun 24", "Jun 2024", "Mayor 5, 2024"])
def test_what_is_no_english_day_is_refused(text):
    with pytest.raises(BadCell):
        parse(column("day"), text, RECEIVED)


@pytest.mark.parametrize("text", ['="S0002"', "'S0002", ' ="S0002" ', "'S0002\t"])
def test_digits_marked_as_text_are_the_text_inside(text):
    assert parse(column("code", required=True), text, RECEIVED) == ("S0002",)
    assert parse(column("name"), text.replace("S0002", "无锡甲有限公司"), RECEIVED)[0] == "无锡甲有限公司"
    assert parse(column("yuan"), text.replace("S0002", "12"), RECEIVED, "元") == (Decimal("12.00"),)


@pytest.mark.parametrize("text", ["'十四五'规划", '=A1&"x"', '="a"&"b"', "=1+1"])
def test_quotes_that_are_part_of_the_text_and_formulas_stay(text):
    assert parse(column("text"), text, RECEIVED) == (text,)


@pytest.mark.parametrize("text", ["1.23457E+17", "2.02506E+16", "1.5e17", "1E+18", "2024-05-06 00:00:00"])
def test_a_number_that_lost_its_digits_is_refused(text):
    with pytest.raises(BadCell, match="设为文本格式"):
        parse(column("code"), text, RECEIVED)


@pytest.mark.parametrize("text", ["20250630000010001", "1E5", "5a.1", "ITSS-YW-1E-2024", "000032"])
def test_a_number_with_all_its_digits_stays_as_printed(text):
    assert parse(column("code"), text, RECEIVED) == (text,)


def test_a_blank_is_unknown_where_the_law_knows_that_and_refused_elsewhere():
    assert parse(column("yuan", required=True, may_be_blank=True), "-", RECEIVED, "元") == (None,)
    with pytest.raises(BadCell, match="必填"):
        parse(column("yuan", required=True), "-", RECEIVED, "元")


@pytest.mark.parametrize("text", ["2024-02-30", "2024-13-01", "2024-06", "19999", "1899-12-31", "25/06/2024", "昨天"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(BadCell):
        parse(column("day"), text, RECEIVED)


def test_a_day_may_be_the_day_of_arrival_but_not_the_next_unless_the_contract_says_so():
    assert parse(column("day"), "2024-07-01", RECEIVED) == (RECEIVED,)
    with pytest.raises(BadCell, match="晚于文件收到日 2024-07-01"):
        parse(column("day"), "2024-07-02", RECEIVED)
    assert parse(column("day", future=True), "2099-01-01", RECEIVED) == (date(2099, 1, 1),)
    assert parse(column("day", future=True), "长期", RECEIVED) == (None,)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("12", "万元", "120000.00"),
        ("12.5万", "元", "125000.00"),   # the cell's own unit wins
        ("１，２３４．５", "元", "1234.50"),
        ("1,234.005", "元", "1234.01"),   # half up (D6), not half even
        ("0.00000049", "万元", "0.00"),
        ("0.0000005", "万元", "0.01"),
        ("1.2亿元", None, "120000000.00"),
        ("伍佰万元整", None, "5000000.00"),
        ("壹亿贰仟万元整", None, "120000000.00"),
        ("一千零五万元", None, "10050000.00"),
        ("两千三百元", None, "2300.00"),
        ("三百二十万", None, "3200000.00"),
        ("¥500", None, "500.00"),
        ("300", "人民币万元", "3000000.00"),
    ],
)
def test_money_becomes_yuan_with_two_places(text, unit, expected):
    assert parse(column("yuan"), text, RECEIVED, unit) == (Decimal(expected),)


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("12", None, "没有单位"),
        ("30万美元", "元", "外币"),
        ("30", "万美元", "外币"),
        ("12", "元/年", "不认识"),
        ("-1", "元", "为负"),
        ("约12", "元", "不是金额"),
        ("百万", "元", "不是金额"),   # a unit without its number
        ("十百万元", None, "不是金额"),
        ("99999999999", "亿元", "过大"),
        ("#REF!", "元", "公式错误"),
    ],
)
def test_money_that_cannot_be_counted_is_refused_with_its_reason(text, unit, reason):
    with pytest.raises(BadCell, match=reason):
        parse(column("yuan"), text, RECEIVED, unit)


@pytest.mark.parametrize(
    "text",
    [
        "-100", "(100.00)", "（１００）", "(¥100)", "¥(100)", "(100)元", "(100元)", "(0.01万元)", "100-", "100.00－", "−100", "–100",
        "-¥100", "¥-100", "负100", "红字100", "(红字)100", "100(红字)", "负壹佰元整", "(壹佰元整)", "-100(元)", "(人民币100元)",
    ],
)  # fmt: skip
def test_a_figure_in_brackets_or_with_a_sign_in_any_place_is_negative(text):
    assert parse(column("yuan", negative=True), text, RECEIVED, "元") == (Decimal("-100.00"),)
    with pytest.raises(BadCell, match="为负"):
        parse(column("yuan"), text, RECEIVED, "元")


@pytest.mark.parametrize("text", ["(-100)", "-100-", "--100", "100(2)", "100(200)", "100-200", "(100", "100)", "((100))"])
def test_a_figure_with_two_signs_or_stray_brackets_is_no_number(text):
    for kind in ("yuan", "number", "integer"):
        with pytest.raises(BadCell):
            parse(column(kind, negative=True), text, RECEIVED, "元" if kind == "yuan" else None)


def test_numbers_and_whole_numbers_in_brackets_are_negative_and_their_unit_in_brackets_is_a_unit():
    area = column("number", units={"平方米": 1}, negative=True)
    assert [parse(area, text, RECEIVED) for text in ("(1,200.5)", "1200.5-", "1,200.5(平方米)")] == [(-1200.5,), (-1200.5,), (1200.5,)]
    assert [parse(column("integer", negative=True), text, RECEIVED) for text in ("(12)", "12－", "12(人)")] == [(-12,), (-12,), (12,)]
    for kind in ("number", "integer"):
        with pytest.raises(BadCell, match="为负"):
            parse(column(kind), "(12)", RECEIVED)


@pytest.mark.parametrize(
    ("text", "unit", "yuan", "note"),
    [
        ("4,336(万元人民币)", None, "43360000.00", None),
        ("50万人民币", None, "500000.00", None),
        ("500万人民币元", None, "5000000.00", None),
        ("8(万元)", None, "80000.00", None),
        ("500", "万元", "5000000.00", None),
        ("伍佰万元整", None, "5000000.00", None),
        ("30(万美元)", None, None, "外币未折算：30万美元"),
        ("5(万元美元)", None, None, "外币未折算：5万元美元"),
        ("30", "万美元", None, "外币未折算：30"),
        ("10(万)", None, None, "币种未载明：10万"),
        ("5()", None, None, "单位未载明：5"),
        ("0(万元人民币)", None, None, "登记为0，视为未载明"),
        ("N/A", None, None, "未填写"),
        ("张三", None, None, "写法未能识别"),   # may be a person's name: not repeated
    ],
)
def test_capital_becomes_yuan_or_says_why_not(text, unit, yuan, note):
    assert parse(column("capital"), text, RECEIVED, unit) == (Decimal(yuan) if yuan else None, note)


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        (CODE, CODE, "valid"),
        (" ９１３２０２１４１３６３２０９７８ｌ", CODE, "valid"),
        ("9132O2I4136320978L", CODE, "valid"),   # O and I, and the check digit proves it
        ("91350203M0001QAY9B", "91350203M0001QAY9B", "bad_check"),   # a real one that fails: kept
        ("320211000012345", "320211000012345", "legacy"),
        ("企合苏锡总字第0001", "企合苏锡总字第0001", "legacy"),
        ("无", None, "missing"),
        ("", None, "missing"),
    ],
)
def test_a_credit_code_is_kept_with_how_far_it_can_be_trusted(text, code, status):
    assert parse(column("credit_code", required=True), text, RECEIVED) == (code, status)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9.13202E+17", "科学计数法"), ("11010519491231002X", "身份证"), ("13812345678", "手机号"),
    ],
)  # fmt: skip
def test_a_code_that_lost_its_digits_or_is_a_persons_is_refused(text, reason):
    with pytest.raises(BadCell, match=reason):
        parse(column("credit_code"), text, RECEIVED)


def test_numbers_take_their_unit_from_cell_header_or_the_only_one_there_is():
    area = column("number", units={"万平方米": 10_000, "平方米": 1})
    assert parse(area, "1.2", RECEIVED, "万平方米") == (12_000.0,)
    assert parse(area, "300平方米", RECEIVED, "万平方米") == (300.0,)
    assert parse(column("number", units={"平方米": 1}), "1,200", RECEIVED) == (1200.0,)
    with pytest.raises(BadCell, match="没有单位"):
        parse(area, "300", RECEIVED)
    with pytest.raises(BadCell, match="不认识"):
        parse(area, "300", RECEIVED, "亩")


def test_whole_numbers_and_years_are_whole():
    assert parse(column("integer"), "1,200人", RECEIVED) == (1200,)
    assert [parse(column("integer"), text, RECEIVED) for text in ("2", "第2期", "第二期", "2期", "第十二期")] == [(2,), (2,), (2,), (2,), (12,)]
    assert parse(column("year"), "2024年度", RECEIVED) == (2024,)
    for kind, text in (("integer", "1.5"), ("integer", "-1"), ("year", "24"), ("year", "2025"), ("year", "1899")):
        with pytest.raises(BadCell):
            parse(column(kind), text, RECEIVED)


def test_yes_and_no_are_told_from_blank_and_from_nonsense():
    words = ["是", "通过", "入选", "Y", "true", "有"], ["否", "不通过", "未入选", "N", "FALSE", "无"], ["", "-", "N/A"]
    for texts, expected in zip(words, (True, False, None), strict=True):
        assert {parse(column("yes_no"), text, RECEIVED) for text in texts} == {(expected,)}
    with pytest.raises(BadCell):
        parse(column("yes_no"), "待定", RECEIVED)


def test_a_choice_is_compared_in_half_width_and_names_the_words_allowed():
    settlement = column("choice", choices={"CPU生态落地": "cpu", "开源": "open"})
    assert parse(settlement, "ＣＰＵ生态落地 ", RECEIVED) == ("cpu",)
    with pytest.raises(BadCell, match="CPU生态落地、开源"):
        parse(settlement, "闭源", RECEIVED)


@pytest.mark.parametrize("text", ["#N/A", "-", "/", "—", "N/A", "无", "  ", "\u200b"])
def test_blank_marks_are_nothing_and_refused_only_where_a_value_is_required(text):
    assert parse(column("text"), text, RECEIVED) == (None,)
    assert parse(column("name"), text, RECEIVED) == (None, None)
    with pytest.raises(BadCell, match="必填"):
        parse(column("name", required=True), text, RECEIVED)


def test_text_keeps_its_print_but_codes_come_in_half_width():
    assert parse(column("text"), "软件（嵌入式），２项", RECEIVED) == ("软件（嵌入式），２项",)
    assert parse(column("text"), "ＰＫ－０１", RECEIVED) == ("PK-01",)


def test_a_name_is_printed_as_sent_and_keyed_alike_in_every_width():
    printed = " 無錫Ａbc（集團） 有限\u200b公司\n"
    assert cells.name(printed) == ("無錫Ａbc（集團） 有限公司", "无锡ABC(集团)有限公司")
    with pytest.raises(BadCell, match="网页代码"):
        cells.name("<b>无锡</b>")


def test_a_key_never_removes_what_tells_two_firms_apart():
    names = ["江阴市华宏科技有限公司", "宜兴市华宏科技有限公司", "无锡市华宏科技有限公司", "江阴市华宏科技有限责任公司", "江阴市华宏软体有限公司", "江阴市华宏软件有限公司"]
    assert len({normalise_name(name) for name in names}) == len(names)


def test_what_a_steward_sees_is_masked_and_short():
    assert mask("张三 138-1234-5678 11010519491231002X") == "张三 [手机号] [证件号]"
    assert mask(CODE) == CODE
    assert len(mask("长" * 500)) == 80
