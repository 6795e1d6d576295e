"""The lint of SQL that two engines read: what it refuses, and what it lets be."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import PROJECT


def lint(folder: Path) -> str:
    command = [sys.executable, PROJECT / ".ci" / "portable.py", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def lines_refused(folder: Path, text: str) -> set[int]:
    (folder / "model.sql").write_text(text, encoding="utf-8")
    return {int(line.split(":")[1]) for line in lint(folder).splitlines() if line.startswith(str(folder))}


@pytest.mark.parametrize(("written", "said"), [
    ("select list_contains(a, b) as c from t", "list_contains()"),
    ("select {{ yuan('any_value(a)') }} as c from t", "any_value()"),
    ("select cast(a as varchar) as c from t", "varchar"),
    ("select cast(a as bigint[]) as c from t", "bigint[]"),
    ("select a from t union all by name select b from u", "by name"),
    ("select * exclude (a) from t", "exclude"),
    ("select a / b as c from t", "rate()"),
    ("select a from t group by all", "called `all`"),
    ("select coalesce(a not in (select b from u), true) as c from t", "join"),
    ("select a from t inner join u on t.a in (select b from v)", "join"),
    ("select sum(a) over (order by b) as c from t", "nulls last"),
    ("select row_number() over (partition by a order by published_on desc nulls last) as c from t", "end in a key"),
    ("select row_number() over w as c from t window w as (order by value nulls last)", "end in a key"),
    ("select max_by(a, b) as c from t", "max_by()"),
    ("select {{ of_last('a', ['b', 'published_on']) }} as c from t", "end in a key"),
])  # fmt: skip
def test_what_engines_refuse_or_take_otherwise_is_named_with_its_mend(tmp_path: Path, written: str, said: str) -> None:
    assert lines_refused(tmp_path, f"with\n{written}\n") == {2}
    assert said in lint(tmp_path)


def test_what_both_read_alike_passes(tmp_path: Path) -> None:
    assert lines_refused(tmp_path, """
        {# list_contains(a, b), of a comment #}
        with
        told as (select a, cast(b as decimal(18, 2)) as b from t where a in (select a from u) and (c or a in (select a from v))),   -- any_value(a)
        numbered as (
            select *, row_number() over (partition by a order by {{ as_of() }} - b desc nulls last, row_no nulls last) as choice from told
        )
        select
            'unnest(a) / ' || a as word,
            sum(b) over (partition by a order by published_on nulls last) as so_far,
            -- one row a day
            lag(b) over (partition by a order by published_on nulls last) as before,
            lag(b) over (partition by {{ r }}.a order by {{ r }}.published_on nulls last, {{ r }}.row_no nulls last) as last_b,
            {{ rate('a', 'b') }} as share,
            {{ of_last('a', ['b', 'row_no']) }} as last_a,
            {{ of_first('t.a', ['t.b', "a = 'c'", 't.a']) }} as first_a,
            {{ starts_with('a', "'list_max('") }} as is_list
        from numbered as n
        cross join (values (1), (2)) as m (month_no)
    """) == set()


def test_what_is_worded_once_for_each_engine_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "engine.sql").write_text("{% macro each_of(list) %} unnest({{ list }}) {% endmacro %}", encoding="utf-8")
    assert lint(tmp_path) == ""
