"""The process that reads what somebody handed in: one request as JSON on stdin, one answer on stdout, within limits."""

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.base.errors import DeliveryRefused
from pipelines.deliver import mend, reading, template
from pipelines.settings import Settings

MEMORY = 3 << 30
CPU_SECONDS = 60
WRITTEN = 2 << 30
"""Of one file: the rows read, beside it."""
ANSWERS: dict[str, Callable[..., Any]] = {
    "check": reading.check, "template": template.write, "mend": mend.write, "mend_landed": mend.write_of_landed,
}  # fmt: skip


def main() -> None:
    request = json.loads(sys.stdin.buffer.read())
    _limit(int(request.pop("size", 0)))
    settings = Settings.load(request.pop("home"), request.pop("landing"))
    what, scratch = request.pop("what"), Path(request.pop("scratch"))
    try:
        answer = {"told": ANSWERS[what](settings, scratch, **request)}
    except DeliveryRefused as error:
        answer = {"refused": str(error), "key": error.key, "words": error.words}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, default=str))


def _limit(size: int) -> None:
    """The time grows with what was sent, the memory does not; a workbook's reader, begun from here, has less of both (whole.py)."""
    os.nice(10)
    seconds = CPU_SECONDS + 2 * (size >> 20)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, WRITTEN), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        if sys.platform == "linux" or what != resource.RLIMIT_AS:   # macOS knows no limit of addresses
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
