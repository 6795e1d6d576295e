"""Of both sides: pipelines/base/logs.py."""

from pipelines.base.logs import HIDDEN, JsonLines, run_id, to_stderr

__all__ = ["HIDDEN", "JsonLines", "run_id", "to_stderr"]
