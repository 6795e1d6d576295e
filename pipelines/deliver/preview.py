"""What the next build would change: the same build in a throwaway home beside the real one, compared with the snapshot in force.

The throwaway home is `var/preview`: links to the raw rows, to landing and to the snapshot in force, copies of what people decided.
What the build replaces there it replaces by new files, so nothing of the home itself is changed, and nothing is published.
"""

import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import BuildError, SoftcityError
from pipelines.base.snapshots import current_id, marts_of, read_manifest
from pipelines.build import Progress, build
from pipelines.build_record import build_lock, last_build
from pipelines.deliver.trial import Row, now, one_preview_at_a_time, trial_of, write
from pipelines.policy.diff import diff_snapshots
from pipelines.settings import Settings
from pipelines.sources.sidecar import SIDECAR

MOVED, NAMED = 200, 50   # claims of a text and names told one by one
_DROPPED = ("landing", "decisions", "published", "var/raw", "var/work", "var/dbt", "var/law")


def preview(
    settings: Settings, who: str, adds: Callable[[], Mapping[str, Path]] = dict, parks: tuple[str, ...] = (), progress: Progress = lambda _: None
) -> Row:
    """Build with all that waits in landing, and with the files that `adds` names as landing would; what that changes.

    Of `parks` alone where any are given. A sidecar beside an added file goes along. Raises BuildRunning when another preview or a
    build runs, BuildError when there is nothing to compare with. A build that would be refused is an answer: state `refused`.
    """
    trial = trial_of(settings)
    current = current_id(settings.published)
    if current is None:
        raise BuildError(f"{settings.published}: nothing was published yet, so there is nothing to compare with. Run `softcity build`.")
    marts_of(settings.published)   # of another format nothing can be compared
    with one_preview_at_a_time(settings):
        told: Row = {"who": who, "pid": os.getpid(), "started_at": now(), "files": [], "parks": list(parks), "state": "running"}
        shutil.rmtree(trial.home, ignore_errors=True)
        trial.var.mkdir(parents=True)
        try:
            write(settings, told)
            added = adds()
            write(settings, told := told | {"files": sorted(added)})
            with build_lock(settings):   # no build may change what is linked
                _furnish(settings, trial, added, current)
            told |= _built(trial, who, current, parks, added, progress)
            return told
        except BaseException as error:
            told |= {"state": "failed", "message": str(error) if isinstance(error, SoftcityError) else type(error).__name__}
            raise
        finally:
            for name in _DROPPED:
                shutil.rmtree(trial.home / name, ignore_errors=True)
            write(settings, told | {"ended_at": now()})


def _furnish(settings: Settings, trial: Settings, added: Mapping[str, Path], current: str) -> None:
    """Everything a build reads, linked or copied into the throwaway home."""
    for source_file in added:
        if Path(source_file).is_absolute() or ".." in Path(source_file).parts or len(Path(source_file).parts) < 2:
            raise BuildError(f"{source_file}: name it as landing/ would, SOURCE/FILE.")
    for folder, to in ((settings.landing, trial.landing), (settings.raw, trial.raw), (settings.published / current, trial.published / current)):
        _link_tree(folder, to)
    (trial.published / "CURRENT").write_text(f"{current}\n", encoding="utf-8")
    for folder, to in ((settings.decisions, trial.decisions), (settings.var / "dbt", trial.var / "dbt")):
        if folder.is_dir():
            shutil.copytree(folder, to)
    for source_file, path in added.items():
        place = trial.landing / source_file
        place.parent.mkdir(parents=True, exist_ok=True)
        for one, to in ((path, place), (path.with_name(path.name + SIDECAR), place.with_name(place.name + SIDECAR))):
            if one.is_file():
                to.unlink(missing_ok=True)   # a link to the content it replaces
                shutil.copy2(one, to)


def _link_tree(folder: Path, to: Path) -> None:
    """The files below a folder under the same names, by links where the disk can, else as copies."""
    to.mkdir(parents=True, exist_ok=True)
    for base, _, names in os.walk(folder):
        place = to / Path(base).relative_to(folder)
        place.mkdir(exist_ok=True)
        for name in names:
            source = Path(base, name)
            if source.is_symlink() and source.resolve().is_relative_to(folder.resolve()):
                source = source.resolve()   # a link within landing is the file it leads to; one that leads out stays one, and is refused
            try:
                os.link(source, place / name, follow_symlinks=False)
            except OSError:   # another disk, or not ours to link
                shutil.copy2(source, place / name, follow_symlinks=False)


def _built(trial: Settings, who: str, current: str, parks: tuple[str, ...], added: Mapping[str, Path], progress: Progress) -> Row:
    try:
        result = build(trial, progress=progress, who=who)
    except SoftcityError as error:
        record = last_build(trial) or {}
        return {"state": "refused", "message": str(error), "failed_checks": [check["description"] for check in record.get("checks", []) if check["severity"] == "error"]}
    if not result.published:
        return {"state": "unchanged", **_files(trial, current, current, parks, added)}
    new = str(result.snapshot_id)
    return {"state": "changed", **_files(trial, current, new, parks, added), **changes(trial.published, current, new, parks)}


def _files(trial: Settings, old: str, new: str, parks: tuple[str, ...], added: Mapping[str, Path]) -> Row:
    """The day before and after, the files that are read for the first time or stand otherwise, and the rows they bring by source."""
    before, after = read_manifest(trial.published, old), read_manifest(trial.published, new)
    was = {(file["source_file"], file["file_sha256"]): file for file in before["files"]}
    moved = [file for file in after["files"] if (was.get((file["source_file"], file["file_sha256"])) or {}).get("status") != file["status"]]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sign, files in ((-1, before["files"]), (1, after["files"])):
        for file in files:
            if file["status"] == "loaded":
                counts[file["source"]].update({name: sign * file[name] for name in ("rows_loaded", "rows_quarantined")})
    names = ("source", "source_file", "status", "message", "rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")
    shown = [{name: file[name] for name in names} for file in moved if not parks or file["source_file"] in added]
    rows = [{"source": source, **count} for source, count in sorted(counts.items()) if any(count.values()) and not parks]
    return {"as_of": [before["as_of"], after["as_of"]], "moved_files": shown, "rows": rows}


def changes(published: Path, old: str, new: str, parks: tuple[str, ...] = ()) -> Row:
    """Events, findings, names to decide, and of each text of a policy claims and yuan that a new snapshot gains and loses; of `parks` alone where any are given."""
    claims = diff_snapshots(published, old, new)["claims"]
    if parks:
        claims = [_within(row, parks) for row in claims if not {row["old_park_id"], row["new_park_id"]}.isdisjoint(parks)]
    with _both(published, old, new) as con:
        events, findings, names = _events(con, parks), _findings(con, parks), None if parks else _names(con)
    of_text: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in claims:
        of_text[row["policy_id"], row["document"]].append(row)
    return {
        "events": events, "findings": findings, "names": names,
        "texts": [{"policy_id": policy, "document": document, **_of_text(rows)} for (policy, document), rows in sorted(of_text.items())],
    }  # fmt: skip


def _of_text(claims: list[Row]) -> Row:
    """What changes by one text of one policy: how many claims and firms, yuan, claims by outcome, and the first of them one by one."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    yuan = dict.fromkeys(("net_ceiling_yuan", "paid_yuan"), Decimal(0))
    for row in claims:
        if row["old_outcome"] != row["new_outcome"]:
            outcomes[row["new_outcome"]]["gained"] += 1
            outcomes[row["old_outcome"]]["lost"] += 1
        for name in yuan:
            yuan[name] += (row[f"new_{name}"] or Decimal(0)) - (row[f"old_{name}"] or Decimal(0))
    return {
        "claim_count": len(claims), "firm_count": len({row["enterprise_id"] for row in claims}), **{name: str(value) for name, value in yuan.items()},
        "outcomes": [{"outcome": outcome, "gained": count["gained"], "lost": count["lost"]} for outcome, count in sorted(outcomes.items(), key=str) if outcome],
        "moved_claims": [{name: row[name] for name in _TOLD} for row in claims[:MOVED]],
    }  # fmt: skip


def _within(row: Row, parks: tuple[str, ...]) -> Row:
    """A claim as some parks may know it: of a firm that moved, nothing of the side on which it lay elsewhere."""
    elsewhere = [side for side in ("old", "new") if row[f"{side}_park_id"] not in parks]
    return {**row, **{f"{side}_{name}": None for side in elsewhere for name in ("outcome", "net_ceiling_yuan", "paid_yuan")}}


_TOLD = ("claim_id", "clause_id", "enterprise_id", "enterprise_name", "old_outcome", "new_outcome", "moved_by")
_MINE = "where event_id in (select event_id from {side}.fct_claim where park_id in (select unnest(?)))"
_NAMES = "select printed_name, code_given, sources from {}.mart_match_review where decision = 'review'"


def _events(con: Any, parks: tuple[str, ...]) -> dict[str, int]:
    """How many events come and go; of parks those that ground a claim there."""
    mine = _MINE if parks else ""
    sides = {side: f"select event_id from {side}.dim_event {mine.format(side=side)}" for side in ("old", "new")}
    return {
        what: con.execute(f"select count(*) from ({sides[one]} except {sides[other]})", [list(parks)] * 2 if parks else []).fetchall()[0][0]
        for what, one, other in (("gained", "new", "old"), ("lost", "old", "new"))
    }  # fmt: skip


def _findings(con: Any, parks: tuple[str, ...]) -> list[Row]:
    """Findings that come and go, by policy and kind; of some the policy is not known."""
    mine = "and coalesce(n.park_id, o.park_id) in (select unnest(?))" if parks else ""
    return rows_of(
        con,
        f"""
        select coalesce(n.policy_id, o.policy_id) as policy_id, coalesce(n.kind, o.kind) as kind, count(*) filter (o.finding_id is null) as gained, count(*) filter (n.finding_id is null) as lost
        from old.mart_audit_finding as o full join new.mart_audit_finding as n on o.finding_id = n.finding_id
        where (o.finding_id is null or n.finding_id is null) {mine} group by all order by all
        """,
        [list(parks)] if parks else [],
    )  # fmt: skip


def _names(con: Any) -> Row:
    """Names that would wait for a person and do not now, and those that would wait no more."""
    gained, lost = (rows_of(con, f"{_NAMES.format(one)} except {_NAMES.format(other)} order by all") for one, other in (("new", "old"), ("old", "new")))
    return {"gained": len(gained), "lost": len(lost), "gained_names": gained[:NAMED]}


@contextmanager
def _both(published: Path, old: str, new: str) -> Iterator[Any]:
    with connect() as con:
        for side, snapshot in (("old", old), ("new", new)):
            con.execute(f"attach '{marts_of(published, snapshot)}' as {side} (read_only)")
        yield con


def sentences(told: Row) -> list[str]:
    """Of `preview`, as lines a person reads."""
    if told["state"] == "refused":
        return [f"the build would be refused: {told['message']}"]
    lines = [f"as of {' → '.join(dict.fromkeys(told['as_of']))}"]
    lines += [
        f"file      {file['source_file']}: {file['status']}, {file['rows_loaded']:,} loaded, {file['rows_quarantined']:,} quarantined  {file['message']}".rstrip()
        for file in told["moved_files"]
    ]
    if told["state"] == "unchanged":
        return [*lines, "nothing else would change"]
    lines += [f"rows      {row['source']}: {row['rows_loaded']:+,} loaded, {row['rows_quarantined']:+,} quarantined" for row in told["rows"]]
    lines += [f"events    +{told['events']['gained']:,} -{told['events']['lost']:,}"]
    for text in told["texts"]:
        name = f"{text['policy_id']}/{text['document']}"
        lines += [f"claims    {name} {row['outcome']}: +{row['gained']:,} -{row['lost']:,}" for row in text["outcomes"]]
        lines += [f"yuan      {name}: upper bound {Decimal(text['net_ceiling_yuan']):+,.2f} 元, paid {Decimal(text['paid_yuan']):+,.2f} 元"]
    lines += [f"findings  {row['policy_id'] or 'no policy'} {row['kind']}: +{row['gained']:,} -{row['lost']:,}" for row in told["findings"]]
    if told["names"] is not None:
        lines += [f"names     +{told['names']['gained']:,} -{told['names']['lost']:,} to decide"]
    return lines
