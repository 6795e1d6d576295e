from pathlib import Path

import dagster as dg

from pipelines.defs.instance import instance


@dg.asset(check_specs=[dg.AssetCheckSpec("even", asset="firms")])
def firms(context: dg.AssetExecutionContext) -> object:
    context.log.info("read")
    yield dg.MaterializeResult(metadata={"dagster/row_count": 3}, data_version=dg.DataVersion("7"))
    yield dg.AssetCheckResult(check_name="even", passed=False)


@dg.asset(deps=[firms])
def claims() -> dg.MaterializeResult:
    return dg.MaterializeResult()


def told(one: dg.DagsterInstance) -> tuple[list[str], list[object]]:
    """The events of a run in their order, and what the log answers of its assets."""
    with one:
        run = dg.materialize([firms, claims], instance=one)
        records = sorted(one.get_asset_records([firms.key, claims.key]), key=lambda record: record.asset_entry.asset_key)
        last = [entry.asset_materialization for record in records if (entry := record.asset_entry.last_materialization)]
        version = one.get_latest_data_version_record(firms.key)
        events = [entry.dagster_event.event_type_value for entry in one.all_logs(run.run_id) if entry.dagster_event]
        return events, [*([m.asset_key, dict(m.metadata), m.tags.get("dagster/input_data_version/firms")] for m in last if m), version is not None]


def test_the_log_of_a_build_holds_what_dagsters_own_in_memory_does(tmp_path: Path) -> None:
    events, answers = told(instance(str(tmp_path)))

    assert (events, answers) == told(dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)))
    assert {"ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION"} <= {*events}
    assert answers[0][2] == "7"
