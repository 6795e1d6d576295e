"""Words that are compared: what a macro leaves of them."""

import duckdb

from pipelines.policy.engine import DUCKDB, environment, text_of


def test_plain_words_lose_spaces_and_marks_and_keep_every_letter() -> None:
    asked = environment(DUCKDB).from_string(text_of("engine", "helpers") + "select {{ plain_words(\"'Cloud services（无锡） ·《云\u3000平台》'\") }}")
    assert duckdb.sql(asked.render()).fetchall() == [("Cloudservices无锡云平台",)]
