"""Which claim an application stands on, and which one another city award falls on (D15): by hand on rows made for it."""

from datetime import date
from typing import Any

import pytest

from tests.policy.models import ask_model

CLAIM = (
    "claim_id varchar, clause_key varchar default 'k', policy_id varchar default 'p', document varchar default 'draft', is_primary boolean default true, clause_id varchar, "
    "event_id varchar, enterprise_id varchar default 'A', park_id varchar, beneficiary varchar default 'enterprise', certificate_no varchar, "
    "project_no varchar, qualified_on date, event_year bigint, outcome_code tinyint default 0, open_condition_count bigint default 0, is_of_renewals boolean default false"
)
EVENT = "event_id varchar, event_kind varchar, series_kind varchar, list varchar, level varchar, event_title varchar"
APPLICATION = (
    "application_no varchar, clause_id varchar, enterprise_id varchar default 'A', park_id varchar, project_no varchar, certificate_no varchar, "
    "rent_year bigint, submitted_on date, status varchar default 'submitted'"
)
ELIGIBLE, REVIEW, UNKNOWN, NOT = 0, 1, 2, 3
MARCH, SEPTEMBER, LATER = date(2024, 3, 1), date(2024, 9, 1), date(2025, 6, 1)


def claim(name: str, day: date, outcome: int = ELIGIBLE, **more: Any) -> dict[str, Any]:
    return {"claim_id": name, "event_id": name, "qualified_on": day, "outcome_code": outcome, "event_year": day.year, **more}


def _events(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events of claims, with what is said of them taken out of the claims."""
    told = ("event_kind", "series_kind", "list", "level", "event_title")
    return [{"event_id": one["event_id"], "event_kind": "recognition"} | {key: one.pop(key) for key in told if key in one} for one in claims]


def matches(claims: list[dict[str, Any]], *applications: dict[str, Any], clause: str = "11b") -> dict[str, str]:
    events = _events(claims)
    sent = [{"application_no": f"S{number}", "clause_id": clause, "submitted_on": LATER, **one} for number, one in enumerate(applications, start=1)]
    rows = ask_model("int_application_matches", {
        "stg_applications": (APPLICATION, sent),
        "int_application_policies": ("application_no varchar, policy_id varchar", [{"application_no": one["application_no"], "policy_id": "p"} for one in sent]),
        "int_claims": (CLAIM, [{"clause_id": clause, **one} for one in claims]), "int_events": (EVENT, events),
    })  # fmt: skip
    return {row["application_no"]: row["claim_id"] for row in sorted(rows, key=lambda row: row["application_no"])}


@pytest.mark.parametrize(
    ("says", "claims", "applications", "found"),
    [
        ("the latest of two", [claim("a", MARCH), claim("b", SEPTEMBER)], [{}], ["b"]),
        ("none that comes later", [claim("a", MARCH), claim("b", date(2025, 7, 1))], [{}], ["a"]),
        ("what is satisfied before what waits for a person", [claim("cmmi", MARCH), claim("itss", SEPTEMBER, REVIEW)], [{}], ["cmmi"]),
        ("what waits before what is not satisfied", [claim("a", MARCH, UNKNOWN), claim("b", SEPTEMBER, NOT)], [{}], ["a"]),
        ("of two that wait the one that waits for less", [claim("cmmi", MARCH, UNKNOWN, open_condition_count=1), claim("itss", SEPTEMBER, UNKNOWN, open_condition_count=2)],
            [{}], ["cmmi"]),
        ("no renewal", [claim("a", MARCH), claim("b", SEPTEMBER, series_kind="renewed")], [{}], ["a"]),
        ("a renewal where nothing else is left", [claim("b", SEPTEMBER, series_kind="renewed")], [{}], ["b"]),
        ("what is not eligible where nothing else is left", [claim("b", SEPTEMBER, NOT)], [{}], ["b"]),
        ("what it names, whatever became of it", [claim("a", MARCH, NOT, certificate_no="K1"), claim("b", SEPTEMBER, certificate_no="K2")],
            [{"certificate_no": "K1"}], ["a"]),
        ("not what another one names", [claim("a", MARCH, UNKNOWN, certificate_no="K1"), claim("b", SEPTEMBER, certificate_no="K2")],
            [{}, {"certificate_no": "K2"}], ["a", "b"]),
        ("a second one that names nothing", [claim("a", MARCH), claim("b", SEPTEMBER)], [{}, {"submitted_on": date(2025, 7, 1)}], ["b", "a"]),
        ("as many that name nothing as there are claims", [claim("a", MARCH), claim("b", SEPTEMBER), claim("c", date(2025, 1, 1))], [{}, {}, {}], ["c", "b", "a"]),
        ("one more than there are claims", [claim("a", MARCH), claim("b", SEPTEMBER)], [{}, {}, {}], ["b", "a", "b"]),
        ("the same again after it was refused", [claim("a", MARCH, UNKNOWN), claim("b", SEPTEMBER)],
            [{"status": "rejected"}, {"submitted_on": date(2025, 7, 1)}], ["b", "b"]),
        ("the same again where there is no other", [claim("a", MARCH), claim("b", SEPTEMBER, NOT)], [{}, {"submitted_on": date(2025, 7, 1)}], ["a", "a"]),
    ],
)  # fmt: skip
def test_an_application_stands_on_the_claim_it_can_satisfy(says: str, claims: Any, applications: Any, found: list[str]) -> None:
    assert list(matches([dict(one) for one in claims], *applications).values()) == found, says


def test_a_rent_application_stands_on_the_year_it_names() -> None:
    def years() -> list[dict[str, Any]]:
        return [claim(str(year), date(year, 1, 1), event_kind="rent_year") for year in (2024, 2025)]

    assert matches(years(), {"rent_year": 2024}, clause="10b.2") == {"S1": "2024"}
    assert matches(years(), {}, clause="10b.2") == {"S1": "2025"}
    assert matches(years(), {"rent_year": 2023}, clause="10b.2") == {}


def others(claims: list[dict[str, Any]], **award: Any) -> dict[str, tuple[int, int]]:
    events = _events(claims)
    rows = ask_model("int_other_awards", {
        "stg_other_awards": ("enterprise_id varchar, item varchar, subject varchar, amount_yuan decimal(18, 2), paid_on date, payer_level varchar, source_file varchar, row_no bigint",
            [{"enterprise_id": "A", "item": "奖励", "amount_yuan": 200_000, "paid_on": LATER, "payer_level": "city", "source_file": "f", "row_no": 2, **award}]),
        "int_claims": (CLAIM, claims), "int_events": (EVENT, events),
        "stg_projects": ("project_no varchar, project_name varchar",
            [{"project_no": "X1", "project_name": "工业设计软件（一期）研发"}, {"project_no": "X2", "project_name": "开放内核社区"}, {"project_no": "X3", "project_name": "内核"}]),
        "policy_clause": ("clause_key varchar, reckoned_levels varchar", [{"clause_key": "k"}, {"clause_key": "up", "reckoned_levels": "national、provincial"}]),
        "reference_title": ("list varchar, title varchar", [{"list": "sme", "title": "专精特新"}, {"list": "cmmi", "title": "CMMI"}]),
        "reference_title_name": ("list varchar, title_name varchar", []),
    })  # fmt: skip
    return {row["claim_id"]: (int(row["other_yuan"]), int(row["unknown_level_yuan"]), *([int(row["other_level_yuan"])] if row["other_level_yuan"] else [])) for row in rows}


def sme(name: str, day: date, outcome: int = ELIGIBLE, level: str = "national", batch: str = "第六批", **more: Any) -> dict[str, Any]:
    return claim(name, day, outcome, list="sme", level=level, event_title=f"专精特新 {batch}", **more)


TITLE, PROJECT = [sme("title", MARCH)], [claim("one", MARCH, project_no="X1"), claim("two", SEPTEMBER, project_no="X2")]


@pytest.mark.parametrize(
    ("says", "claims", "award", "found"),
    [
        ("by the words of the list", TITLE, {"subject": "专精特新"}, {"title": (200_000, 0)}),
        ("paid before the qualifying day", TITLE, {"subject": "专精特新", "paid_on": date(2023, 12, 1)}, {"title": (200_000, 0)}),
        ("of unknown level: shown, not deducted", TITLE, {"subject": "专精特新", "payer_level": None}, {"title": (0, 200_000)}),
        ("of a district: no matter", TITLE, {"subject": "专精特新", "payer_level": "district"}, {}),
        ("of the province, where no clause pays up to a level: no matter", PROJECT, {"subject": "X1", "payer_level": "provincial"}, {}),
        ("of the province, where its clause pays up to a level", [claim("one", MARCH, project_no="X1", clause_key="up"), claim("two", MARCH, project_no="X1")],
            {"subject": "X1", "payer_level": "provincial"}, {"one": (0, 0, 200_000)}),
        ("of a district, where the clause counts other levels", [claim("one", MARCH, project_no="X1", clause_key="up")], {"subject": "X1", "payer_level": "district"}, {}),
        ("by project number", PROJECT, {"subject": "X1"}, {"one": (200_000, 0)}),
        ("by project number within a sentence", PROJECT, {"item": "补助项目X1（研发）", "subject": None}, {"one": (200_000, 0)}),
        ("a longer number is another project", PROJECT, {"subject": "X12"}, {}),
        ("by project name", PROJECT, {"subject": "工业设计软件(一期)研发"}, {"one": (200_000, 0)}),
        ("by a part of the name", PROJECT, {"subject": "工业设计软件"}, {"one": (200_000, 0)}),
        ("two characters are no part of a name", PROJECT, {"subject": "软件"}, {}),
        ("by a short name that is the whole of it", [claim("kernel", MARCH, project_no="X3")], {"subject": "“内核”"}, {"kernel": (200_000, 0)}),
        ("a short name within other words is none", [claim("kernel", MARCH, project_no="X3")], {"subject": "开放内核社区"}, {}),
        ("by certificate", [claim("a", MARCH, certificate_no="K1", list="cmmi"), claim("b", SEPTEMBER, certificate_no="K2", list="cmmi")],
            {"subject": "K1"}, {"a": (200_000, 0)}),
        ("not taken by a renewal", [sme("a", MARCH), sme("b", SEPTEMBER, NOT, series_kind="renewed")], {"subject": "专精特新"}, {"a": (200_000, 0)}),
        ("on the eligible one", [sme("a", MARCH), sme("b", SEPTEMBER, NOT)], {"subject": "专精特新"}, {"a": (200_000, 0)}),
        ("of the level it names", [sme("p", MARCH, level="provincial"), sme("n", SEPTEMBER)], {"subject": "省级专精特新"}, {"p": (200_000, 0)}),
        ("of no other level", [sme("n", SEPTEMBER)], {"subject": "省级专精特新"}, {}),
        ("of the round it names", [sme("a", MARCH, batch="第五批"), sme("b", SEPTEMBER, batch="第六批")], {"subject": "专精特新第五批"}, {"a": (200_000, 0)}),
        ("of no other round", [sme("b", SEPTEMBER, batch="第六批")], {"subject": "专精特新第五批"}, {}),
        ("of the year it names", [sme("a", date(2024, 9, 1), batch=""), sme("b", date(2025, 3, 1), batch="")], {"subject": "2024年专精特新"}, {"a": (200_000, 0)}),
        ("another matter", TITLE, {"subject": "高新技术企业"}, {}),
    ],
)  # fmt: skip
def test_another_city_award_falls_on_the_claim_of_the_same_matter(says: str, claims: Any, award: dict[str, Any], found: Any) -> None:
    assert others([dict(one) for one in claims], **award) == found, says
