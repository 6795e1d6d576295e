"""What identifies a row is the firm, park or order it is about, never the name printed nor what may be corrected."""


import pytest

from pipelines.build import build
from pipelines.identity.review import accept
from pipelines.settings import Settings
from pipelines.status import reconcile, sentences, status
from tests.conftest import City
from tests.integration.test_command_line import softcity

pytestmark = pytest.mark.slow   # two whole cities; names themselves: tests/unit/identity
A, B, C = "91320214MA1MUQ2P0X", "91320214MA25CNWP98", "91320214MA27ABWW1R"   # 甲 (formerly 甲旧), 乙, 丙
D = "91320214MA2900001D"   # 丁
TENANCIES = "园区编码,企业名称,统一社会信用代码,入驻日期,租赁面积(平方米),年度,年租金(元),已获租金补贴(元){}\n"
META = "list: specialised_sme\nlevel: provincial\nissuer: 省厅\ndocument: 1号\npublished_on: {}\nstage: 公布\nround: 第一批\n"
FLAGS = "企业名称,统一社会信用代码,名单,列入日期,移出日期\n"
AWARDS = "企业名称,政策名称,事项,对应名单或项目,金额(元),拨付日期,资金层级\n"
PAYMENTS = "拨付编号,申报编号,拨付日期,金额(元),资金层级\n"
FILES = {
    "registrations/全量_2025-06-30.csv": "企业名称,统一社会信用代码,注册日期,区划代码,行业代码,行业代码版本,曾用名\n"
    f"无锡示范甲软件有限公司,{A},2018-01-01,320214,6513,2017,无锡示范甲旧软件有限公司\n"
    f"无锡示范乙软件有限公司,{B},2018-01-01,320214,6513,2017,\n无锡示范丙软件有限公司,{C},2018-01-01,320214,6513,2017,\n"
    f"无锡示范丁软件有限公司,{D},2018-01-01,320214,6513,2017,\n",
    "parks/园区_2025-01-06.csv": "园区编码,园区名称,所在区,运营主体名称\nW1,一园,新吴区,无锡示范丙软件有限公司\n",
    # renamed between two quarters; two rooms, then one of them anew; no room, two lines
    "tenancies/W1_2025-03-31.csv": TENANCIES.format(",房号") + f"W1,无锡示范甲旧软件有限公司,{A},2024-01-01,500,2024,200000,0,\n"
    f"W1,无锡示范乙软件有限公司,{B},2024-03-01,300,2024,120000,0,501\nW1,无锡示范乙软件有限公司,{B},2024-03-01,200,2024,80000,0,502\n"
    f"W1,无锡示范丙软件有限公司,{C},2024-03-01,10,2024,1000,0,\nW1,无锡示范丙软件有限公司,{C},2024-03-01,20,2024,3000,0,\n",
    "tenancies/W1_2025-06-30.csv": TENANCIES.format(",房间号") + f"W1,无锡示范甲软件有限公司,{A},2024-01-15,500,2024,220000,0,\n"
    f"W1,无锡示范乙软件有限公司,{B},2024-03-01,250,2024,90000,0,502\n",
    # one firm under both names in one file: the later row counts; so it does of 丁, once a person has said who the second is
    "headquarters/总部_2025-06-30.csv": "企业名称,认定日期,核算年度,实收注册资本(万元)\n"
    "无锡示范甲旧软件有限公司,2024-03-01,2024,2000\n无锡示范甲软件有限公司,2024-03-01,2024,3000\n"
    "无锡示范丁软件有限公司,2024-03-01,2024,2000\n无锡示范丁软件公司,2024-03-01,2024,4000\n",
    # a wrong day, and a firm that should not have been on the list
    "recognitions/a_2024-07-05.csv": "企业名称\n无锡示范甲软件有限公司\n无锡示范乙软件有限公司\n",
    "recognitions/a_2024-07-05.csv.meta.yaml": META.format("2024-07-01"),
    "recognitions/a更正_2024-08-05.csv": "企业名称\n无锡示范甲软件有限公司\n",
    "recognitions/a更正_2024-08-05.csv.meta.yaml": META.format("2024-07-03"),
    "credit_flags/a_2024-03-31.csv": FLAGS + f"无锡示范甲旧软件有限公司,{A},严重违法失信,2024-01-10,\n无锡示范乙软件有限公司,{B},经营异常,2024-01-10,\n",
    "credit_flags/b_2024-06-30.csv": FLAGS + f"无锡示范甲软件有限公司,{A},严重违法失信,2024-01-10,2024-05-10\n",
    "other_awards/a_2024-12-31.csv": AWARDS + "无锡示范甲软件有限公司,产业政策,专精特新奖励,specialised_sme,90000,2024-08-01,市\n",
    "other_awards/b_2025-03-31.csv": AWARDS + "无锡示范甲软件有限公司,产业政策,专精特新奖励,specialised_sme,40000,2024-08-02,市\n",
    "applications/a_2024-12-31.csv": f"申报编号,条款编号,申报主体,统一社会信用代码,提交日期,状态\nS1,6b.2,无锡示范甲软件有限公司,{A},2024-09-01,已拨付\n",
    "payments/a_2024-12-31.csv": PAYMENTS + "Q1,S1,2024-10-01,30000,市\nQ1,S1,2024-10-01,20000,区\nQ1,S1,2024-10-08,10000,市\n",
    "payments/b_2025-01-31.csv": PAYMENTS + "Q1,S1,2024-10-01,25000,区\n",
}  # fmt: skip

HEADQUARTERS = "select enterprise_id as firm, ceiling_yuan::int as ceiling from fct_claim where clause_id = '4a' and document = 'draft' order by 2"


def write(settings: Settings, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> City:
    settings = Settings.load(tmp_path_factory.mktemp("identity"))
    write(settings, FILES)
    return City(settings, build(settings), {})


def test_a_tenant_renamed_between_two_quarters_has_one_rent_year_as_last_reported(small: City) -> None:
    rows = small.rows("select qualified_on::varchar as day, floor_yuan::int as floor from fct_claim where clause_id = '10b.2' and enterprise_id = ?", A)
    assert rows == [{"day": "2024-01-15", "floor": 110_000}]


def test_rooms_and_lines_of_a_tenant_add_and_a_room_reported_anew_is_replaced_alone(small: City) -> None:
    floors = small.rows("select enterprise_id as firm, floor_yuan::int as floor from fct_claim where clause_id = '10b.2' order by 2")
    assert floors[0] == {"firm": C, "floor": 2_000}, "two lines without a room are one tenancy"
    assert floors[1] == {"firm": B, "floor": 105_000}, "room 501 as first reported, room 502 as corrected"
    areas = small.rows("select enterprise_id as firm, area_m2 as area from fct_tenancy where enterprise_id <> ? order by 2", A)
    assert areas == [{"firm": C, "area": 30.0}, {"firm": B, "area": 550.0}]


def test_a_firm_under_both_its_names_in_one_file_has_one_headquarters_year_and_both_rows_stay_on_record(small: City) -> None:
    assert small.rows(HEADQUARTERS) == [{"firm": D, "ceiling": 200_000}, {"firm": A, "ceiling": 300_000}]
    replaced = small.rows("select row_no, replaced_by_row_no as by_row from mart_replaced_row where source = 'headquarters'")
    assert replaced == [{"row_no": 2, "by_row": 3}]


def test_a_reissued_list_replaces_the_earlier_one_whole_with_its_day_and_its_firms(small: City) -> None:
    claims = small.rows("select enterprise_id as firm, qualified_on::varchar as day from fct_claim where clause_id = '6b.2' and document = 'draft'")
    assert claims == [{"firm": A, "day": "2024-07-03"}]
    replaced = small.rows("select row_no, replaced_by_row_no as by_row from mart_replaced_row where source = 'recognitions' order by 1")
    assert replaced == [{"row_no": 2, "by_row": 2}, {"row_no": 3, "by_row": None}]


def test_a_flag_removed_under_the_new_name_is_removed(small: City) -> None:
    flagged = small.rows("select enterprise_id as firm from dim_enterprise where credit_flags is not null")
    assert flagged == [{"firm": B}]


def test_a_corrected_amount_and_day_of_an_award_replace_the_wrong_ones(small: City) -> None:
    lines = {line["source_file"]: line for line in reconcile(small.settings, "other_awards")}
    assert [(line["rows_superseded"], line["rows_in_force"]) for line in lines.values()] == [(1, 0), (0, 1)]
    replaced = small.rows("select source_file, replaced_by_file as by_file from mart_replaced_row where source = 'other_awards'")
    assert replaced == [{"source_file": "other_awards/a_2024-12-31.csv", "by_file": "other_awards/b_2025-03-31.csv"}]


def test_an_order_holds_what_each_level_paid_and_a_later_file_replaces_the_lines_of_its_level(small: City) -> None:
    paid = small.rows("select payer_level as level, amount_yuan::int as yuan from fct_payment order by 1")
    assert paid == [{"level": "city", "yuan": 40_000}, {"level": "district", "yuan": 25_000}]
    assert small.rows("select paid_yuan::int as yuan from fct_claim where clause_id = '6b.2' and document = 'draft'") == [{"yuan": 65_000}]


def test_every_row_adds_up_whatever_replaced_it_or_was_added_to_it(small: City) -> None:
    lines = [line for source in reconcile(small.settings) for line in reconcile(small.settings, source["source"])]
    assert all(line["is_balanced"] for line in lines)
    found = {line["source_file"]: line for line in lines}
    assert (found["tenancies/W1_2025-03-31.csv"]["rows_superseded"], found["tenancies/W1_2025-03-31.csv"]["rows_added"]) == (2, 1)
    assert found["recognitions/a_2024-07-05.csv"]["rows_superseded"] == 2
    assert found["headquarters/总部_2025-06-30.csv"]["rows_same_key"] == 1
    assert (found["payments/a_2024-12-31.csv"]["rows_superseded"], found["payments/a_2024-12-31.csv"]["rows_added"]) == (1, 1)


@pytest.fixture(scope="module")
def said(small: City) -> City:
    """The same home after people have spoken: a file withdrawn, a name settled. Whoever asks for `small` stands above."""
    settings = small.settings
    told = softcity("withdraw", "recognitions/a更正_2024-08-05.csv", "--why", "省厅说发错了", "--who", "主任", home=settings.home)
    assert "counts no more" in told.stdout
    accept(settings, "无锡示范丁软件公司", D, "同一证照", "主任")
    return City(settings, build(settings), {})


def test_a_withdrawn_file_gives_back_what_it_had_replaced_and_is_told(said: City) -> None:
    claims = "select enterprise_id as firm, qualified_on::varchar as day from fct_claim where clause_id = '6b.2' and document = 'draft' order by 1"
    assert said.rows(claims) == [{"firm": A, "day": "2024-07-01"}, {"firm": B, "day": "2024-07-01"}]
    [line] = [line for line in reconcile(said.settings, "recognitions") if line["status"] == "withdrawn"]
    assert (line["rows_loaded"], line["rows_withdrawn"], line["is_balanced"]) == (1, 1, True)
    assert any("a更正_2024-08-05.csv: 已撤出，不计入：省厅说发错了（主任，" in text for text in sentences(status(said.settings)))


def test_a_name_that_a_person_settles_as_the_firm_of_another_row_makes_one_key_and_the_later_row_counts(said: City) -> None:
    assert said.rows(HEADQUARTERS) == [{"firm": A, "ceiling": 300_000}, {"firm": D, "ceiling": 400_000}]
    replaced = said.rows("select row_no, replaced_by_row_no as by_row from mart_replaced_row where source = 'headquarters' order by 1")
    assert replaced == [{"row_no": 2, "by_row": 3}, {"row_no": 4, "by_row": 5}]
    [line] = reconcile(said.settings, "headquarters")
    assert (line["rows_same_key"], line["rows_in_review"], line["is_balanced"]) == (2, 0, True)
