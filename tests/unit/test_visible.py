"""What a sender wrote reaches a terminal, a file or a page only as signs that are seen."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.base.visible import visible, visible_lines
from pipelines.cli import main
from pipelines.cli.group import show

HOSTILE = "企业\x1b[2J\u202eslx\n伪造.csv"


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\r", "\n", "\t", "\x9b", "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\udc80"])
def test_a_sign_that_is_not_seen_is_shown_as_its_number(sign: str) -> None:
    assert visible(f"甲{sign}乙") == f"甲\\u{ord(sign):04x}乙"


def test_what_is_seen_stays_as_it_is() -> None:
    for text in ("无锡㐂科技（集团）有限公司", "全角　空格\xa0和 emoji 🏙", "É Ä"):
        assert visible(text) == text
    assert visible_lines("一行\n\t两行") == "一行\n\t两行"


def test_a_landing_file_name_reaches_no_terminal_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "landing" / "registrations"
    folder.mkdir(parents=True)
    (folder / HOSTILE).write_text("nothing known\n1\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["--home", str(tmp_path / "home"), "build"])
    assert "企业\\u001b[2J\\u202eslx\\u000a伪造.csv" in done.output
    assert not set(done.output) & set("\x1b\u202e")


def test_a_line_is_one_line_and_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    show(None, False, [f"refused  {HOSTILE}: no header", "next"])
    assert len(capsys.readouterr().out.splitlines()) == 2
    show({"file": HOSTILE}, True, [])
    told = capsys.readouterr().out
    assert not set(told) & set("\x1b\u202e")
    assert json.loads(told) == {"file": HOSTILE}
