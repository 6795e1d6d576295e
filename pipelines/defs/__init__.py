"""The pipeline as Dagster has it: `raw` → `inputs`, `identity`, `arrivals`, `law`, `reference` → dbt's models → `snapshot`.

An asset is a step; its work is a function of the folder that names it (sources, identity, policy, quality), which a test can
call. `softcity build` runs the same job in its own process (pipelines/build.py).
"""

import dagster as dg

from pipelines.defs import automation, marts
from pipelines.defs.raw import landing_asset, raw_asset
from pipelines.defs.resources import PUBLISHING, City, Running
from pipelines.defs.snapshot import MONTHS, last_day_of, snapshot_asset
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts

# In-process: a process per step would hold the build lock per step, and double the time of a build this size.
EXECUTOR = dg.in_process_executor


def definitions(settings: Settings, running: Running | None = None) -> dg.Definitions:
    """All of one home. `running`: the build in this process that runs the job, where there is one.

    Raises ContractError or BuildError when contracts or dbt's project cannot be read.
    """
    contracts = load_contracts().values()
    models = marts.models(settings)
    published = [key for key in models.keys if key.path[-1].startswith(("dim_", "fct_", "mart_"))]
    daily = snapshot_asset(PUBLISHING[0], published)
    monthly = snapshot_asset(PUBLISHING[1], published, MONTHS)
    daily_build = dg.define_asset_job("daily_build", dg.AssetSelection.assets(daily).upstream(), executor_def=EXECUTOR)
    month_end = dg.define_asset_job(
        "month_end", dg.AssetSelection.assets(monthly).upstream(), executor_def=EXECUTOR,
        config=dg.PartitionedConfig(MONTHS, run_config_for_partition_key_fn=lambda month: run_config(as_of=last_day_of(month))),
    )  # fmt: skip
    telling = automation.tell_people(settings, EXECUTOR)
    return dg.Definitions(
        assets=[
            *map(landing_asset, contracts), *map(raw_asset, contracts), marts.inputs, marts.identity, marts.arrivals, marts.law,
            marts.reference, models, daily, monthly,
        ],
        asset_checks=marts.outgoing_checks(),
        jobs=[daily_build, month_end, telling],
        schedules=automation.schedules(daily_build, month_end),
        sensors=automation.sensors(settings, daily_build, telling),
        resources={"city": City(settings=settings, running=running or Running())},
        executor=EXECUTOR,
    )  # fmt: skip


def run_config(**options: object) -> dict[str, object]:
    """The run configuration of a build with these options (as_of, knowing, force, make_current, wait_minutes)."""
    return {"resources": {"city": {"config": options}}}
