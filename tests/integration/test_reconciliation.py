"""Every row is followed from its file to the claims."""

from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.settings import Settings
from pipelines.status import reconcile, reconciliation_lines, sentences, status
from tests.conftest import SHARED, City


def test_every_line_of_the_sample_adds_up_to_the_row(city: City) -> None:
    files = [line for source in _sources(city.settings) for line in reconcile(city.settings, source)]
    assert len(files) == city.rows("select count(*) as n from mart_source_file")[0]["n"]
    for line in files:
        assert line["is_balanced"]
        assert line["rows_unexplained"] == 0
        assert line["rows_read"] == line["rows_loaded"] + line["rows_skipped"] + line["rows_quarantined"]
    totals = {name: sum(line[name] for line in files) for name in ("event_count", "claim_count", "rows_in_force")}
    # a year of a headquarters is two events of one row (D7)
    (events,) = city.rows("select count(*) as n from dim_event where event_kind not in ('title_step', 'contribution_year')")
    assert totals["event_count"] == events["n"]
    assert totals["claim_count"] == sum(city.result.claims_by_outcome.values())


def test_the_register_says_what_became_of_the_older_file(city: City) -> None:
    lines = {line["source_file"].split("_")[-1]: line for line in reconcile(city.settings, "registrations")}
    older, newer = lines["2025-11-30.csv.gz"], lines["2025-12-31.csv.gz"]
    assert (older["rows_loaded"], newer["rows_in_force"]) == (400, 400)
    assert older["rows_in_force"] + older["rows_superseded"] == 400
    assert older["rows_superseded"] > 390


def test_status_tells_quarantined_rows_by_source_and_the_last_build(city: City) -> None:
    value = status(city.settings)
    assert value["quarantined_by_source"] == {
        source: rows for source, rows in _quarantined(city).items() if rows
    }
    text = "\n".join(sentences(value))
    row = value["quarantine"][0]
    assert f"{row['source_file']}" in text
    assert row["reason"] in text
    assert "last build" in text


def test_failing_rows_of_warnings_are_published_with_their_place(city: City) -> None:
    failed = {row["check_id"]: row for row in city.rows("select * from mart_quality_result where not is_success")}
    kept = city.rows("select * from mart_quality_failure")
    for check_id, result in failed.items():
        if result["layer"] != "model":
            assert sum(row["check_id"] == check_id for row in kept) == min(result["unexpected_count"], 1_000)
    assert all(row["source_file"] and row["row_no"] for row in kept if row["table_name"] in _sources(city.settings))


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real data may not be copied into the project; not at {SHARED}")
def test_the_real_register_adds_up_to_the_row(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    folder = settings.landing / "registrations"
    folder.mkdir(parents=True)
    register = SHARED / "registrations"
    (folder / "wuxi-2024-07-01.csv.gz").write_bytes((register / "wuxi_registrations.csv.gz").read_bytes())
    for form in ("csv", "json", "xls"):
        sample = (register / "wuxi_samples" / form / "1998" / f"江苏.{form}").read_bytes()
        (folder / f"1998-2024-06-01.{form}").write_bytes(sample)
    build(settings)
    lines = reconcile(settings, "registrations")
    assert all(line["is_balanced"] for line in lines)
    whole = next(line for line in lines if "wuxi" in line["source_file"])
    assert (whole["rows_read"], whole["rows_loaded"], whole["rows_quarantined"]) == (13_208, 13_204, 4)
    assert sum(line["rows_in_force"] for line in lines) + sum(
        line["rows_superseded"] + line["rows_same_key"] for line in lines
    ) == sum(line["rows_loaded"] for line in lines)
    assert "DOES NOT" not in "\n".join(reconciliation_lines(lines))


def _sources(settings: Settings) -> list[str]:
    return [line["source"] for line in reconcile(settings)]


def _quarantined(city: City) -> dict[str, int]:
    rows = city.rows("select source, sum(rows_quarantined)::int as n from mart_source_file group by source order by source")
    return {row["source"]: row["n"] for row in rows}
