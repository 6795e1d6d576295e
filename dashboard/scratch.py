"""Of both sides: pipelines/base/scratch.py."""

from pipelines.base.scratch import PREFIX, scratch

__all__ = ["PREFIX", "scratch"]
