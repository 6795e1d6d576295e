"""Words that are compared: what a macro leaves of them."""

import duckdb

from pipelines.policy import evaluator


def test_plain_words_lose_spaces_and_marks_and_keep_every_letter() -> None:
    macros = "".join((evaluator.MACROS / f"{name}.sql").read_text(encoding="utf-8") for name in ("engine", "helpers"))
    asked = evaluator._environment().from_string(macros + "select {{ plain_words(\"'Cloud services（无锡） ·《云\u3000平台》'\") }}")
    assert duckdb.sql(asked.render()).fetchall() == [("Cloudservices无锡云平台",)]
