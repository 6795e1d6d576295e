"""Reference data of a city as rows: divisions, recognition titles, indicators. Source notes stand in the YAML."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.reference_model import load_reference
from pipelines.sources.markets import load_markets


def write_reference_rows(reference: Path, folder: Path) -> None:
    """Write each table of reference_rows as Parquet into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (schema, rows) in reference_rows(reference).items():
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")


def reference_rows(reference: Path) -> dict[str, tuple[pa.Schema, list[dict[str, Any]]]]:
    """Name of table -> its schema and rows. Raises CityError as load_reference does."""
    content = load_reference(reference)
    divisions, titles = content["divisions"], content["titles"].get("titles", [])
    confirms = content["titles"].get("confirms")
    heads = [(d["code"], head, False) for d in divisions["divisions"] for head in d["heads"]]
    heads += [(d["code"], street, True) for d in divisions["divisions"] for street in d.get("streets", [])]
    return {
        "city": (
            _schema(city_name="s", province_name="s", code_prefix="s"),
            [
                {
                    "city_name": divisions["city"]["name"],
                    "province_name": divisions["city"]["province"],
                    "code_prefix": divisions["city"]["code_prefix"],
                }
            ],
        ),
        "division": (
            _schema(division_code="s", division_name="s", division_order="i", is_urban="b", part_of="s"),
            [
                {
                    "division_code": d["code"],
                    "division_name": d["name"],
                    "division_order": d["order"],
                    "is_urban": d["is_urban"],
                    "part_of": d.get("part_of"),
                }
                for d in divisions["divisions"]
            ],
        ),
        "division_head": (
            _schema(division_code="s", head="s", is_street="b"),
            [{"division_code": code, "head": head, "is_street": is_street} for code, head, is_street in heads],
        ),
        "retired_code": (
            _schema(old_code="s", new_code="s"),
            [{"old_code": old, "new_code": new} for old, new in divisions.get("retired_codes", {}).items()],
        ),
        "title": (
            _schema(list="s", title="s", rank_by="s", counted_per="s", held_by="s", short_of="s", confirms="s"),
            [
                {"list": t["list"], "title": t["title"], "rank_by": t["rank"], "counted_per": t.get("per"),
                 "held_by": t.get("held_by", "beneficiary"), "short_of": t.get("short_of"), "confirms": confirms}
                for t in titles
            ],
        ),
        "title_level": (
            _schema(list="s", level="s", level_rank="i", first_year="i", is_yearly="b", source="s", is_unverified="b"),
            [
                {"list": t["list"], "level": level, "level_rank": LEVELS[level], **_began(t, level)}
                for t in titles for level in t.get("levels", LEVELS)
            ],
        ),
        "title_kind": (
            _schema(list="s", kind="s", words="s"),
            [{"list": t["list"], "kind": kind, "words": words} for t in titles for kind, words in t.get("kinds", {}).items()],
        ),
        "grade_word": (
            _schema(list="s", word="s", grade="i"),
            [{"list": t["list"], "word": word, "grade": grade} for t in titles for word, grade in t.get("grade_words", {}).items()],
        ),
        "title_name": (
            _schema(list="s", title_name="s", named_from="d", named_until="d"),
            [
                {"list": t["list"], "title_name": name["name"], "named_from": name.get("from", date(1, 1, 1)),
                 "named_until": name.get("until", date.max)}
                for t in titles for name in t.get("names", [])
            ],
        ),
        "indicator": (
            _schema(
                indicator_id="s", title="s", unit="s", comparison="s", threshold="f", source="s", is_unverified="b",
                indicator_order="i",
            ),
            [
                {**{"indicator_id" if key == "id" else key: value for key, value in i.items()}, "indicator_order": order}
                for order, i in enumerate(content["indicators"].get("indicators", []), start=1)
            ],
        ),
        "market": (
            _schema(exchange="s", is_ending="b", market="s", is_listing="b"),
            [
                {"exchange": name, "is_ending": name in m.endings, "market": m.market, "is_listing": m.is_listing}
                for m in load_markets(reference.parent / "national") for name in (m.exchange, *m.endings)
            ],
        ),
        "series_break": (
            _schema(break_year="i"),
            [{"break_year": year} for year in content["indicators"].get("series_breaks", [])],
        ),
    }  # fmt: skip


LEVELS = {"national": 3, "provincial": 2, "city": 1}
_TYPES = {"s": pa.string(), "i": pa.int64(), "f": pa.float64(), "b": pa.bool_(), "d": pa.date32()}


def _schema(**columns: str) -> pa.Schema:
    return pa.schema([(name, _TYPES[letter]) for name, letter in columns.items()])


def _began(title: dict[str, Any], level: str) -> dict[str, Any]:
    """When a title was first given at a level and whether it is every year, as far as that is known."""
    known: dict[str, Any] = next((began for began in title.get("began", []) if began["level"] == level), {})
    return {
        "first_year": known.get("year"), "is_yearly": known.get("is_yearly", False), "source": known.get("source"),
        "is_unverified": known.get("is_unverified", False),
    }  # fmt: skip
