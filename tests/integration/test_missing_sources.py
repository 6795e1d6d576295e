"""The sample city with whole sources missing: what cannot be known is unknown, and each answer says which list is not there."""

import csv
import io
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.access import accounts
from dashboard.app import create_app
from pipelines.base.errors import SnapshotRefused
from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.explain import explain, sentences
from pipelines.settings import PROJECT, Settings
from tests.conftest import City
from tests.pages import shown, signed_in

pytestmark = pytest.mark.slow   # a second whole city
GROUNDS = {"projects", "headquarters", "tenancies", "spinoffs", "listings"}   # their rows are the events themselves
ASKED = {"statistics", "other_awards"}   # asked about events of others
MONEY = {"applications", "payments"}


@pytest.fixture(scope="module")
def bare(city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city of which these sources never came; what was read of the others is not read again."""
    home = tmp_path_factory.mktemp("bare")
    left_out = shutil.ignore_patterns(*(f"{source}{end}" for source in GROUNDS | ASKED | MONEY for end in ("", "-*", ".json")))
    settings = Settings.load(home)
    shutil.copytree(city.settings.landing, settings.landing, ignore=left_out)
    shutil.copytree(city.settings.raw, settings.raw, ignore=left_out)
    return City(settings, build(settings), city.truth)


def test_without_the_statistical_list_nobody_is_found_not_to_be_a_software_enterprise(city: City, bare: City) -> None:
    """D9: met by industry code, a person's to judge by scope, else unknown."""
    answers = """
        select k.outcome, k.reason, k.value_seen from fct_claim_condition as k join fct_claim as c using (claim_id)
        where c.document = 'draft' and k.condition_id = 'software_enterprise'
    """
    assert {row["outcome"] for row in city.rows(answers)} >= {"met", "not_met"}
    rows = bare.rows(answers)
    assert {row["outcome"] for row in rows} == {"met", "needs_review", "unknown"}
    for row in rows:
        if row["outcome"] == "unknown":
            assert "未收到" in row["value_seen"], row
        if row["outcome"] == "met":
            assert "主行业 I65" in row["value_seen"], row


def test_what_the_statistical_list_alone_decided_is_undetermined_without_it(city: City, bare: City) -> None:
    claims = "select claim_id, outcome from fct_claim where document = 'draft' and clause_id in ('6a.1', '6a.2', '6b.1', '6b.2')"
    before, after = ({row["claim_id"]: row["outcome"] for row in one.rows(claims)} for one in (city, bare))
    moved = {(before[claim], after[claim]) for claim in before if before[claim] != after[claim]}
    assert before.keys() == after.keys()
    assert ("eligible", "undetermined") in moved or ("eligible", "needs_review") in moved
    assert "not_eligible" not in {new for _, new in moved}


def test_a_clause_whose_events_never_came_has_no_claim_and_no_rate(bare: City) -> None:
    for clause_id in ("1a", "2a", "2b", "4a", "4b", "5c.1", "5d", "7a", "8b", "10b.1", "10b.2"):
        [row] = bare.rows(
            "select claim_count, payout_rate, ceiling_yuan from mart_clause_uptake where document = 'draft' and clause_id = ?",
            clause_id,
        )
        assert row == {"claim_count": 0, "payout_rate": None, "ceiling_yuan": Decimal(0)}, clause_id
    assert bare.rows("select count_status, count(*) as n from mart_measure_uptake where document = 'draft' and measure_no in (1, 4, 7) group by all") == [
        {"count_status": "unknown", "n": 3}
    ], "no file ever told of projects and headquarters: 0 would be no answer"
    assert bare.rows("select distinct tenant_count, occupancy_rate, rent_yuan from mart_park_kpi") == [
        {"tenant_count": None, "occupancy_rate": None, "rent_yuan": None}
    ], "no lease was ever told of"
    missing = bare.rows("select source from mart_source_freshness where status = 'missing'")
    assert {row["source"] for row in missing} == GROUNDS | ASKED | MONEY


def test_a_bound_says_when_other_city_awards_were_never_seen(city: City, bare: City) -> None:
    """D15: taking nothing off is no finding where the list never came."""
    said = "select count(*) as n from fct_claim where contains(ceiling_reason, '未收到其他市级奖补名单，未作扣除（D15）')"
    bounded = "select count(*) as n from fct_claim where ceiling_yuan is not null"
    assert city.rows(said) == [{"n": 0}]
    assert bare.rows(said) == bare.rows(bounded) != [{"n": 0}]
    firm = bare.rows("select enterprise_id from fct_claim where clause_id = '6b.1' and outcome = 'eligible' limit 1")[0]
    text = "\n".join(sentences(explain(bare.settings.published, firm["enterprise_id"], "6b.1")))
    assert "未收到其他市级奖补名单" in text


def test_firstness_says_from_when_the_lists_can_be_searched(bare: City) -> None:
    rows = bare.rows("""
        select distinct k.reason, k.value_seen from fct_claim_condition as k join fct_claim as c using (claim_id)
        where k.condition_id = 'first_time' and k.outcome = 'met'
    """)
    assert rows
    assert all("名单可查自 20" in f"{row['reason']}{row['value_seen']}" for row in rows)


def test_without_registrations_nothing_is_published(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    shutil.copytree(PROJECT / "data" / "sample" / "landing" / "listings", settings.landing / "listings")
    with pytest.raises(SnapshotRefused, match="registrations"):
        build(settings)
    assert current_id(settings.published) is None


def test_without_applications_no_rate_is_made_and_nobody_is_said_not_to_have_applied(city: City, bare: City) -> None:
    rates = "select count(application_rate) as a, count(payout_rate) as p, count(payout_rate_high) as h, count(paid_rate_yuan) as y from "
    for mart in ("mart_city_kpi", "mart_clause_uptake", "mart_district_kpi", "mart_park_kpi", "mart_department_uptake"):
        assert bare.rows(f"{rates}{mart} where eligible_count > 0") == [{"a": 0, "p": 0, "h": 0, "y": 0}], mart
        assert city.rows(f"{rates}{mart} where eligible_count > 0")[0]["p"] > 0, mart
    assert bare.rows("select count(*) as n from mart_outreach") == [{"n": 0}]
    known = "select distinct is_applied, is_paid from fct_claim where outcome = 'eligible'"
    assert bare.rows(known) == [{"is_applied": None, "is_paid": None}]


@pytest.fixture(scope="module")
def client(bare: City, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """An auditor's."""
    file = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    accounts.add(file, "aud", "correct horse", "auditor")
    return signed_in(create_app(bare.settings.published, file), "aud", "correct horse")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", ("已兑现 尚不可知 项", "应享未享 尚不可知 项", "新增申报（项） 尚不可知", "新增拨付（笔） 尚不可知", "新增审计发现 尚不可知")),
        ("/measures", ("其中 尚不可知 条 尚无人申报", "尚无兑现率")), ("/measures/6b.1", ("已申报 尚不可知 项", "已兑现 尚不可知 项")),
        ("/parks", ("低于中位数的园区 尚不可知 个", "尚无兑现率")), ("/parks/WXP01", ("已兑现 尚不可知 项", "尚无兑现率", "应享未享尚不可知")),
        ("/audit", ("需要核查 尚不可知 项", "重复拨付 尚不可知 尚不可知", "低于下限 尚不可知 尚不可知", "另有 尚不可知 项提示")), ("/audit?finding=paid_twice", ("审计发现尚不可知",)),
        ("/firms/91320206X00004546A", ("申报尚不可知", "拨付尚不可知", "已拨付合计 尚不可知")),
    ],
)
def test_no_page_says_none_of_applications_and_payments_that_never_came(path: str, told: tuple[str, ...], client: FlaskClient) -> None:
    path, mark, search = path.partition("?")
    words = shown(client, path, mark + search)
    assert [one for one in told if one not in words] == []


def test_what_rests_on_applications_and_payments_that_never_came_is_counted_nowhere_not_even_as_nothing(client: FlaskClient) -> None:
    """By the exports of the pages: they hold no figure where something is eligible, and say that it is not known."""
    unknown = {
        "已申报", "已受理", "已核定", "已兑现", "核定", "拨付", "申报项上限", "受理项上限", "应享未享", "应享未享上限", "申报率", "兑现率",
        "区间下限", "区间上限", "已兑现（不含租金）", "兑现率（不含租金）",
    }  # fmt: skip
    of_the_city = ("measure_uptake", "measures_money", "clause_list", "park_list", "department_uptake", "district_uptake")
    for table in (*of_the_city, "clause_funnel?clause=6b.1", "park_measures?park=WXP01"):
        answer = client.get(f"/export/{table.replace('?', '.csv?') if '?' in table else f'{table}.csv'}")
        lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        head = lines.index([]) + 1
        rows = [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]
        of_row = [(row, row.get("符合") or row.get("符合（不含租金）") or row.get("上限") or "0") for row in rows]
        asked = [row for row, eligible in of_row if eligible[0].isdigit() and float(eligible)]
        assert asked, table
        assert len(unknown & asked[0].keys()) > 2, "a column renamed would be looked for in vain"
        told = {name: row[name] for row in asked for name in unknown & row.keys() if row[name]}
        assert set(told.values()) <= {"尚不可知", "未载明"}, table
        assert "尚不可知" in told.values(), table
