"""The home of one city during a run: its settings, the build lock, the record of the build, the folder the steps share.

What one step leaves for another lies in `var/work`, never in memory: a run resumed from failure is another process.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Literal

import dagster as dg
from pydantic import PrivateAttr

from pipelines.base.errors import BuildError, BuildRunning, SnapshotRefused, SoftcityError
from pipelines.base.visible import visible, visible_lines
from pipelines.build_record import BuildRecord, build_lock, one_build_at_a_time, tell, words_of
from pipelines.fingerprint import hash_of_code
from pipelines.inputs import Inputs, arrived_until, take_up
from pipelines.quality.checks import refuse_on_errors
from pipelines.quality.result import CheckResult, read_checks
from pipelines.settings import Settings
from pipelines.sources.contract import Contract
from pipelines.sources.ingest import contracts_of

PUBLISHING = ("snapshot", "month_snapshot")   # steps that end a build; a run without one is none
WAIT_SECONDS = 5.0


@dataclass
class Running:
    """What a run tells whoever asked for it in this process: `softcity build` prints it."""

    record: BuildRecord | None = None   # of a build that holds the lock already
    progress: Callable[[str], object] | None = None
    new_files: int = 0
    warnings: list[str] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)   # by step

    def failure(self, record: BuildRecord) -> Exception:
        """Why a run published nothing: the first step that failed, else the checks."""
        for error in self.failures.values():
            return error
        try:
            refuse_on_errors(record.checks)
        except SnapshotRefused as refused:
            return refused
        return BuildError("No step told why it failed. Look at the run on Dagster's page, or build again.")


class City(dg.ConfigurableResource["City"]):
    """One home, held by one run at a time from its first step to its last; the system frees it when the run dies."""

    settings: dg.ResourceDependency[Settings]
    running: dg.ResourceDependency[Running]
    as_of: str = ""   # a day, or the newest in the data
    knowing: Literal["effective", "arrived"] = "effective"
    force: bool = False   # build though nothing is new
    make_current: bool = False   # though the day is older than the one in force
    wait_minutes: int = 30   # for another build to end
    _record: BuildRecord | None = PrivateAttr(default=None)
    _contracts: dict[str, Contract] = PrivateAttr(default_factory=dict)
    _code: str = PrivateAttr(default="")
    _said: set[str] = PrivateAttr(default_factory=set)

    @property
    def record(self) -> BuildRecord:
        if self._record is None:
            self._record = BuildRecord("", 0)   # of a run that is no build: nobody reads it
        return self._record

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.as_of) if self.as_of else None

    @property
    def arrived_by(self) -> date:
        return arrived_until(self.day, self.knowing)

    @property
    def contracts(self) -> dict[str, Contract]:
        """The contracts with the city's own words, read once a run."""
        self._contracts = self._contracts or contracts_of(self.settings)
        return self._contracts

    @property
    def code(self) -> str:
        """The hash of what makes results out of rows, taken once a run."""
        self._code = self._code or hash_of_code(self.settings)
        return self._code

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["City"]:
        if self.running.record:
            self._record = self.running.record
            yield self
            return
        steps, is_build = _steps_of(context.run)
        self.running.failures.clear()
        held: Callable[[Settings], AbstractContextManager[Any]] = partial(one_build_at_a_time, who=_begun_by(context.run)) if is_build else build_lock
        with ExitStack() as stack:
            self._record = self._waited_for(held, stack)
            if context.run and context.run.parent_run_id and steps and "inputs" not in steps:
                take_up(self.settings, context.run.root_run_id or context.run.run_id, is_resumed=True)
                self.record.tell(self.checks())
            yield self   # a step that fails raises nothing here
            if self.record.state == "running":
                self.record.state, self.record.message = "failed", words_of(self.running.failure(self.record))

    def _waited_for(self, held: Callable[[Settings], AbstractContextManager[Any]], stack: ExitStack) -> Any:
        """Enter what holds the home, once another build has ended."""
        until = time.monotonic() + self.wait_minutes * 60
        while True:
            try:
                return stack.enter_context(held(self.settings))
            except BuildRunning:
                if time.monotonic() > until:
                    raise
                time.sleep(WAIT_SECONDS)

    @contextmanager
    def step(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Iterator[None]:
        """The work of one step. Our own errors say what to mend: they end it at once, others are tried again."""
        name = context.op_execution_context.get_step_execution_context().step.key
        self.running.failures.pop(name, None)
        try:
            yield
        except SoftcityError as error:
            self.running.failures[name] = error
            raise dg.Failure(visible_lines(str(error)), allow_retries=False) from error
        except Exception as error:
            self.running.failures[name] = error
            raise

    def inputs(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Inputs:
        """What the build stands on that this step belongs to. Raises BuildError where none has begun."""
        return take_up(self.settings, root_of(context), is_resumed=False)

    def checks(self) -> list[CheckResult]:
        """All that was checked so far in the build of `var/work`."""
        return [check for path in sorted((self.settings.work / "checks").glob("*.json")) for check in read_checks(path) or []]

    def say(self, words: str, stage: str = "") -> None:
        """A step of the build begins, of a stage of build_record.STAGES or in one: told once."""
        if words not in self._said:
            self._said.add(words)
            self.doing(words, stage)
            if self.running.progress:
                self.running.progress(words)
            else:
                dg.get_dagster_logger("softcity").info(visible(words))

    def doing(self, words: str, stage: str = "") -> None:
        """What a build does at this moment, for whoever looks on."""
        if self.record.pid:
            tell(self.settings, self.record, stage, words)

    def warn(self, words: str) -> None:
        self.running.warnings.append(words)
        if not self.running.progress:
            dg.get_dagster_logger("softcity").warning(visible(words))


def _begun_by(run: dg.DagsterRun | None) -> str:
    """The schedule or sensor that began a run; `dagster` where a person did, on its page."""
    tags = run.tags if run else {}
    return tags.get("dagster/schedule_name") or tags.get("dagster/sensor_name") or "dagster"


def _steps_of(run: dg.DagsterRun | None) -> tuple[set[str], bool]:
    """The steps a run was asked for, none where it was asked for all of its job; and whether it is a build: one that publishes."""
    if run is None:
        return set(), False
    steps, assets = set(run.step_keys_to_execute or ()), {key.path[-1] for key in run.asset_selection or ()}
    return steps, all(not asked or bool(asked & {*PUBLISHING}) for asked in (steps, assets))


def root_of(context: Any) -> str:
    """The run a chain of retries and resumptions began with."""
    return str(context.run.root_run_id or context.run.run_id)
