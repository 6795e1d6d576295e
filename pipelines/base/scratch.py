"""Temporary folders of processes that run for months and may be killed."""

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "softcity-"


def scratch(purpose: str) -> str:
    """A folder that is this process's alone, named by its number; what killed ones left for the same purpose goes."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}{purpose}-*"):
        number = left.name.removeprefix(f"{PREFIX}{purpose}-").partition("-")[0]
        if number.isdigit() and not Path("/proc", number).exists():
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"{PREFIX}{purpose}-{os.getpid()}-")
