"""The landing folder as it lies there: which files are a source's, what they are called, on which day they came."""

import os
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from pipelines.base.disk import everything_below
from pipelines.sources.sidecar import SIDECAR

CHINA = timezone(timedelta(hours=8))
_DAY_IN_PATH = re.compile(   # 2024-12-31, 20241231, 2024.12.31, 2024年12月31日; 2024-10 and 2024年10月 are the end of the month
    r"(?<!\d)(20\d\d)(?:([-._年])(\d{1,2})(?:[-._月](\d{1,2})日?(?!\d)|月?(?![-._]?\d))|(\d\d)(\d\d)(?!\d))"
)



def landing_files(folder: Path) -> Iterator[Path]:
    """The files of one source, in order; what is hidden, and what tells of another file, is none."""
    for path in everything_below(folder):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if (path.is_symlink() or not path.is_dir()) and not hidden and not path.name.endswith(SIDECAR):
            yield path


def day_of_arrival(source_file: str, path: Path) -> tuple[date, str]:
    """The last day in the path that has come, else the day the file was last changed, in China; and a remark."""
    today = datetime.now(CHINA).date()
    remark = ""
    for year, _, month, day_of_month, short_month, short_day in reversed(_DAY_IN_PATH.findall(source_file)):
        try:
            day = date(int(year), int(month or short_month), int(day_of_month or short_day or 1))
        except ValueError:
            continue
        if not (day_of_month or short_day):
            day = (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if day <= today:
            return day, remark
        remark = f"文件名中的日期 {day} 晚于今天，不作收到日：请改正文件名"
    return min(today, datetime.fromtimestamp(path.stat().st_mtime, CHINA).date()), remark


def file_order(path: Path) -> str:
    """What orders the files of one day: the name, its numbers as numbers (9月 before 10月, a before a (1)), then the time of change."""
    name = re.sub(r"\d+", lambda found: found[0].zfill(20), shown(Path(path.name.removesuffix(".gz"))).rpartition(".")[0])
    return f"{name}\0{path.stat().st_mtime_ns:020}"


def shown(path: Path) -> str:
    """A path as text: a name from a Chinese Windows archive may not be UTF-8, then as GB18030 reads it."""
    try:
        path.as_posix().encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("gb18030", "backslashreplace")
    return path.as_posix()
