"""Of both sides: pipelines/base/visible.py."""

from pipelines.base.visible import UNSEEN, typed, visible, visible_lines, written

__all__ = ["UNSEEN", "typed", "visible", "visible_lines", "written"]
