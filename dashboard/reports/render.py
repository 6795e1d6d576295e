"""A report as PDF, by typst."""

import json
from pathlib import Path

from dashboard.reports.document import Chapter, Report, Section
from dashboard.theme import FONTS, LIGHT

TEMPLATE = Path(__file__).with_name("report.typ")


def pdf(report: Report) -> bytes:
    """The report on A4, fonts embedded."""
    import typst

    return bytes(typst.compile(str(TEMPLATE), sys_inputs={"data": as_json(report)}))


def as_json(report: Report) -> str:
    """What the paper form reads."""
    return json.dumps(
        {"title": report.title, "labels": report.labels, "notes": report.notes, "provenance": report.provenance, "chapters": [_chapter(one) for one in report.chapters],
         "colours": LIGHT, "fonts": FONTS}, ensure_ascii=False,
    )  # fmt: skip


def _chapter(chapter: Chapter) -> dict[str, object]:
    told = {"title": chapter.title, "paragraphs": chapter.paragraphs, "cards": chapter.cards, "is_upright": chapter.is_upright}
    return {**told, "sections": [_section(one) for one in chapter.sections]}


def _section(section: Section) -> dict[str, object]:
    return {key: getattr(section, key) for key in ("title", "unit", "picture", "heads", "is_half", "numeric", "shares", "cells", "total_cells")}
