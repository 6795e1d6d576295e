"""Logs for machines: one JSON object a line on stderr, with the request or the build run it belongs to.

Whatever a reader sends stays inside its string: control and direction signs are escaped, so no line can be forged.
"""

import json
import logging
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime

from pipelines.base.visible import visible

run_id: ContextVar[str] = ContextVar("run_id", default="")
"""The build that runs in this process, if one does."""
HIDDEN = "[hidden]"


class JsonLines(logging.Formatter):
    """A record as one line. What is passed as `extra={"fields": {…}}` stands beside the message."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # as they are printed: a quote inside is escaped in JSON; the longest first, since one may hold another
        self._secrets = sorted({json.dumps(s, ensure_ascii=False)[1:-1] for s in secrets if s}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage(),
        }  # fmt: skip
        if run_id.get():
            line["run_id"] = run_id.get()
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return visible(text)


def to_stderr(secrets: Iterable[str] = ()) -> None:
    """Send our own log and every library's warnings to stderr as JSON lines. `secrets` never show, wherever they turn up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    # by the record, not by loggers' levels: libraries set their own
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("softcity"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("softcity").setLevel(logging.INFO)
