"""Listings from the file on: one key for one listing, and the closed lists of what is a listing and what is none (5c); payments that name their application."""

from datetime import date

import pytest

from pipelines.base.errors import CityError
from pipelines.base.tables import arrow
from pipelines.reference import reference_rows
from pipelines.settings import PROJECT, Settings
from pipelines.sources.contract import load_contracts, raw_schema
from pipelines.sources.markets import Markets, load_markets
from tests.policy.models import ask_model
from tests.unit.sources.test_ingest import City

REFERENCE = PROJECT / "data" / "reference"
MARKETS = Markets(load_markets(REFERENCE / "national"))
SHENZHEN, SHANGHAI, HONG_KONG = "深圳证券交易所", "上海证券交易所", "香港联合交易所"


@pytest.mark.parametrize(
    ("code", "exchange", "stored"),
    [
        ("002371", SHENZHEN, ("002371", SHENZHEN)),
        ("2371", "深交所", ("002371", SHENZHEN)),
        ("300031.SZ", "SZSE", ("300031", SHENZHEN)),
        ("SZ300031", "ｓｚｓｅ", ("300031", SHENZHEN)),
        ("688001", "科创板", ("688001", SHANGHAI)),
        ("600001.sh", "主板", ("600001", SHANGHAI)),   # the suffix tells what the word leaves open
        ("700", "港交所", ("00700", HONG_KONG)),
        ("0700.HK", "联交所主板", ("00700", HONG_KONG)),
        ("830001.NQ", "新三板", ("830001", "全国中小企业股份转让系统")),
        ("ABC", "NASDAQ", ("ABC", "纳斯达克证券交易所")),
        ("BRK.A", "NYSE", ("BRK.A", "纽约证券交易所")),   # .A is no suffix of a market
        ("600001", "主板", ("600001", "主板")),   # two exchanges have one: for review
        ("780", "江苏股权交易中心", ("780", "江苏股权交易中心")),   # each centre counts its own codes
    ],
)
def test_a_listing_has_one_code_and_one_exchange_however_it_is_written(code, exchange, stored):
    assert MARKETS.listed(code, exchange) == stored


def test_a_suffix_that_contradicts_the_exchange_is_told():
    with pytest.raises(ValueError, match="属深圳证券交易所，与交易所“上交所”不符：请核对"):
        MARKETS.listed("002371.SZ", "上交所")


def test_no_word_and_no_suffix_stands_in_two_markets(tmp_path):
    (tmp_path / "markets.yaml").write_text(
        "markets:\n  - {exchange: 甲所, market: domestic, is_listing: true, words: [甲]}\n  - {exchange: 甲, market: domestic, is_listing: false}\n"
    )
    with pytest.raises(CityError, match="甲'] stands in two markets"):
        load_markets(tmp_path)


def test_no_ending_ends_another_ending_or_an_exchange(tmp_path):
    """江苏股权交易中心 would be two markets, and its listing two."""
    for other in ("{exchange: 乙, market: domestic, is_listing: false, endings: [股权交易中心]}", "{exchange: 乙交易中心, market: domestic, is_listing: true}"):
        (tmp_path / "markets.yaml").write_text(f"markets:\n  - {{exchange: 甲, market: domestic, is_listing: false, endings: [交易中心]}}\n  - {other}\n")
        with pytest.raises(CityError, match="交易中心'] end other names too"):
            load_markets(tmp_path)


def test_one_listing_in_two_spellings_is_one_key_and_an_unknown_market_is_told(tmp_path):
    city = City(Settings(home=tmp_path, landing=tmp_path / "landing"))
    city.put(
        "listings/a-2024-07-01.csv",
        "证券代码,证券简称,公司全称,上市日期,交易所\n300031,甲,无锡甲有限公司,2024-06-25,深交所\n300031.SZ,甲,无锡甲有限公司,2024-06-25,深圳证券交易所\n"
        "1,乙,无锡乙有限公司,2024-06-25,某某交易所\n600001.SZ,丙,无锡丙有限公司,2024-06-25,上交所\n",
    )
    (record,) = city.take_in().values()
    assert (record.rows_loaded, record.rows_quarantined) == (3, 1)
    assert "交易所 某某交易所 不在名录，其上市待复核：请" in record.message
    assert any("某某交易所 不在名录" in warning for warning in city.report.warnings)
    assert {(row["stock_code"], row["exchange"]) for row in city.rows("listings")} == {("300031", SHENZHEN), ("1", "某某交易所")}


@pytest.mark.parametrize(
    ("exchange", "said", "market", "answer", "reason", "words"),
    [
        (SHENZHEN, None, "domestic", 0, SHENZHEN, "上市"),
        (SHENZHEN, "overseas", "domestic", 0, SHENZHEN, "上市"),   # the exchange tells
        (HONG_KONG, None, "overseas", 0, HONG_KONG, "上市"),
        ("全国中小企业股份转让系统", None, "domestic", 3, "全国中小企业股份转让系统：挂牌不是上市", "挂牌"),
        ("江苏股权交易中心", None, "domestic", 3, "江苏股权交易中心：挂牌不是上市", "挂牌"),
        ("美国场外市场", None, "overseas", 3, "美国场外市场：挂牌不是上市", "挂牌"),
        ("某某交易所", None, "unknown", 1, "某某交易所：不在交易所名录", "上市或挂牌"),
        ("某某交易所", "overseas", "overseas", 1, "某某交易所：不在交易所名录", "上市或挂牌"),
    ],
)
def test_a_market_is_a_listing_or_none_or_for_review(exchange, said, market, answer, reason, words):
    row = {"stock_code": "1", "exchange": exchange, "market": said, "received_on": date(2024, 7, 1), "source_file": "f", "row_no": 2}
    (found,) = ask_model("stg_listings", {
        "raw_listings": (raw_schema(load_contracts()["listings"]), [row]),
        "identity_name_match": ("name_key varchar, code_given varchar, enterprise_id varchar", []),
        "reference_market": arrow(reference_rows(REFERENCE / "wuxi"))["market"],
    })  # fmt: skip
    assert (found["market"], found["exchange_answer"], found["exchange_reason"], found["listing_words"]) == (market, answer, reason, words)


def test_a_payment_names_its_application_though_a_spreadsheet_took_the_leading_zeros():
    given = {"source_file": "f", "received_on": date(2024, 7, 1)}
    applications = [{"application_no": number, **given} for number in ("000032", "0041", "41", "S7")]
    payments = [
        {"payment_no": f"P{n}", "application_no": number, "paid_on": date(2024, 6, 1), "amount_yuan": 1, "row_no": n, **given}
        for n, number in enumerate(("32", "000032", "41", "0041", "99", "S7"))
    ]
    contracts = load_contracts()
    rows = ask_model("stg_payments", {
        "raw_payments": (raw_schema(contracts["payments"]), payments),
        "raw_applications": (raw_schema(contracts["applications"]), applications),
    })  # fmt: skip
    found = [row["application_no"] for row in sorted(rows, key=lambda row: row["payment_no"])]
    assert found == ["000032", "000032", "41", "0041", "99", "S7"]


def test_of_one_application_the_lower_line_of_the_later_file_counts():
    lines = (("S1", "early.csv", 1, 2, 10), ("S1", "early.csv", 1, 3, 20), ("S2", "early.csv", 1, 4, 30), ("S2", "late.csv", 2, 2, 40))
    applications = [
        {"application_no": number, "clause_id": "6b.1", "enterprise_name": "甲", "enterprise_name_key": "甲", "submitted_on": date(2024, 6, 1),
         "status": "submitted", "requested_yuan": yuan, "source_file": file, "sheet": "", "row_no": row_no, "file_order": str(order),
         "received_on": date(2024, 7, order)}
        for number, file, order, row_no, yuan in lines
    ]  # fmt: skip
    rows = ask_model("stg_applications", {
        "raw_applications": (raw_schema(load_contracts()["applications"]), applications),
        "identity_name_match": ("name_key varchar, code_given varchar, enterprise_id varchar", []),
    })  # fmt: skip
    assert {row["application_no"]: row["requested_yuan"] for row in rows} == {"S1": 20, "S2": 40}
    assert len(rows) == 2
