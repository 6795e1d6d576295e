"""Handing files in: templates, a check before anything lands, headers taught, rows sent back, the landing itself."""

import getpass
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from pipelines.base.deliveries import Report
from pipelines.base.errors import DeliveryRefused
from pipelines.base.incoming import Incoming, drop, put_sidecar, say, take
from pipelines.base.visible import visible
from pipelines.cli.build import show_preview
from pipelines.cli.group import command, main, progress, show
from pipelines.settings import Settings

LARGEST = 1 << 30
"""Bytes of one file; a page takes less."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@main.group()
def deliver() -> None:
    """Hand files in: a template to fill, a check before it counts, the landing."""


def _about_file(function: Any) -> Any:
    """What is said of a file that is checked or confirmed."""
    for option in (
        click.option("--sidecar", type=_FILE, help="What a list says of itself, as YAML; else FILE.meta.yaml beside it."),
        click.option("--set", "said", multiple=True, metavar="KEY=VALUE", help="The same by keys, over what the file's title says: --set level=省级."),
        click.option("--as", "kind", type=click.Choice(["full", "delta"]), help="Where the source knows such deliveries and the name tells neither."),
        click.argument("file", type=_FILE),
        click.argument("source"),
    ):
        function = option(function)
    return function


@contextmanager
def _handed_in(settings: Settings, source: str, file: Path, sidecar: Path | None, said: tuple[str, ...], kind: str | None) -> Iterator[Incoming]:
    """A copy of FILE that nobody changes while it is looked at, with its sidecar."""
    from pipelines.deliver.bounded import check, incoming_root

    made = take(incoming_root(settings), file, f"command:{getpass.getuser()}", source, LARGEST)
    try:
        if sidecar:
            put_sidecar(made, sidecar.read_bytes())
        elif said:
            pairs = dict(one.split("=", 1) for one in said if "=" in one)
            if len(pairs) < len(said):
                raise click.BadParameter("give KEY=VALUE, as in level=省级", param_hint="--set")
            told = {one.key: one.value or one.from_title for one in check(settings, made, delivery=kind).sidecar}
            say(made, {**told, **pairs})
        yield made
    finally:
        drop(made)


@command(deliver)
@click.argument("source")
@click.option("--out", required=True, type=_OUT, help="The workbook to write.")
@click.option("--example", is_flag=True, help="With an invented row filled in: take it out before handing in.")
def template(settings: Settings, source: str, out: Path, example: bool) -> None:
    """The workbook to fill in for SOURCE: headers, units, choices, an explanation with an example."""
    from pipelines.deliver.bounded import template as make

    out.write_bytes(make(settings, source, example))
    click.echo(f"written {out}")


@command(deliver, has_json=True)
@_about_file
@click.option("--rejected", type=_OUT, help="Write the rows that would be set aside, with the reasons, as a workbook to mend.")
def check(settings: Settings, source: str, file: Path, kind: str | None, said: tuple[str, ...], sidecar: Path | None, rejected: Path | None, as_json: bool) -> None:
    """Say how a build would read FILE as one of SOURCE; nothing lands. Ends in 3 when it could not be confirmed as it is."""
    from pipelines.deliver.bounded import check as run
    from pipelines.deliver.bounded import mended
    from pipelines.deliver.landing import same_bytes

    with _handed_in(settings, source, file, sidecar, said, kind) as incoming:
        report = run(settings, incoming, delivery=kind)
        landed = same_bytes(settings, incoming, report.file_sha256) if report.is_ready else None
        show({**report.told(), "same_as": landed}, as_json, [*sentences(report), *([f"已在收件夹：{landed}，不会再落一份"] if landed else [])])
        if rejected and report.rows_quarantined:
            rejected.write_bytes(mended(settings, incoming))
            click.echo(f"written {rejected}", err=True)
    if not report.is_ready:
        sys.exit(3)


@command(deliver, has_json=True)
@_about_file
@click.option("--who", default=getpass.getuser, help="Who hands it in [the user of this machine].")
def confirm(settings: Settings, source: str, file: Path, kind: str | None, said: tuple[str, ...], sidecar: Path | None, who: str, as_json: bool) -> None:
    """Check FILE once more and put it into the landing folder; the next build takes it up."""
    from dataclasses import asdict

    from pipelines.deliver.landing import confirm as run

    with _handed_in(settings, source, file, sidecar, said, kind) as incoming:
        made, report = run(settings, incoming, who, delivery=kind)
    line = f"landed as {made.source_file}: {made.rows_loaded:,} rows, {made.rows_quarantined:,} set aside; it counts from the next build on"
    if not made.is_new:
        line = f"the same bytes landed before as {made.source_file}" + (f", by {made.who} on {made.when[:10]}" if made.who else "") + "; nothing was added"
    show(asdict(made), as_json, [line, *([] if made.is_new or not report.rows_quarantined else [report.message])])


@command(deliver, has_json=True)
@_about_file
@click.option("--who", default=getpass.getuser, help="Who asks [the user of this machine].")
def preview(settings: Settings, source: str, file: Path, kind: str | None, said: tuple[str, ...], sidecar: Path | None, who: str, as_json: bool) -> None:
    """Say what the next build would change if FILE had landed; nothing lands. Without a file: `softcity build --dry-run`."""
    with _handed_in(settings, source, file, sidecar, said, kind) as incoming:
        show_preview(settings, as_json, who, progress(time.monotonic()), lambda: _as_landed(settings, incoming, (), kind))


@command(deliver, "preview-waiting")
@click.option("--id", "file_id", default="", help="Of a file handed in on the page.")
@click.option("--who", required=True)
@click.option("--park", "parks", multiple=True)
@click.option("--as", "kind")
@click.option("--landing", type=click.Path(exists=True, file_okay=False))
@click.option("--seconds", type=int, required=True)
def preview_waiting(settings: Settings, file_id: str, who: str, parks: tuple[str, ...], kind: str | None, landing: str | None, seconds: int) -> None:
    """What the page 报送 begins: a preview with a file that waits there, or of all that lies in landing; ended after so many seconds."""
    from pipelines.base.incoming import find
    from pipelines.deliver.bounded import incoming_root

    signal.alarm(seconds)
    settings = Settings.load(settings.home, landing)
    incoming = find(incoming_root(settings), file_id, who) if file_id else None
    show_preview(settings, False, who, progress(time.monotonic()), lambda: _as_landed(settings, incoming, parks, kind) if incoming else {}, parks)


preview_waiting.hidden = True


def _as_landed(settings: Settings, incoming: Incoming, parks: tuple[str, ...], kind: str | None) -> dict[str, Path]:
    """A file handed in under the name it would land by. Raises DeliveryRefused when it could not be confirmed as it is."""
    from pipelines.deliver.bounded import check
    from pipelines.deliver.landing import landing_name, next_number

    report = check(settings, incoming, parks or None, kind)
    if not report.is_ready:
        raise DeliveryRefused(report.message, "deliver_refused", said=report.message)
    name = landing_name(incoming.source, report.received_on, report.delivery, next_number(settings.decisions), incoming.suffix)
    return {f"{incoming.source}/{name}": incoming.path}


@command(deliver)
@click.argument("file")
@click.option("--out", required=True, type=_OUT, help="The workbook to write.")
def mend(settings: Settings, file: str, out: Path) -> None:
    """The rows set aside of a landed FILE (as landing/ names it) as a workbook: mend them, hand it in again."""
    from pipelines.deliver.bounded import mended_of

    out.write_bytes(mended_of(settings, file.removeprefix("landing/")))
    click.echo(f"written {out}")


@command(deliver)
@click.argument("source")
@click.argument("word")
@click.argument("column")
@click.option("--why", required=True, help="Who says so; kept with it.")
@click.option("--who", default=getpass.getuser, help="Who teaches it [the user of this machine].")
def teach(settings: Settings, source: str, word: str, column: str, why: str, who: str) -> None:
    """Say once that the header WORD is COLUMN (by its name or any of its headers) of SOURCE; checks and builds use it ever after."""
    from pipelines.deliver.headers import teach as run

    entry = run(settings, source, word, column, why, who)
    click.echo(f"{visible(entry['word'])} is {entry['title']} ({entry['column']}) of {source} from now on")


@command(deliver)
@click.argument("source")
@click.argument("word")
@click.option("--why", required=True, help="What was wrong with it.")
@click.option("--who", default=getpass.getuser, help="Who takes it back [the user of this machine].")
def forget(settings: Settings, source: str, word: str, why: str, who: str) -> None:
    """Take a taught WORD back; the files that were read with it are read anew by the next build."""
    from pipelines.deliver.headers import forget as run

    entry = run(settings, source, word, why, who)
    click.echo(f"{visible(entry['word'])} of {source} is taught no more")


@command(deliver, has_json=True)
def taught(settings: Settings, as_json: bool) -> None:
    """The header words that people taught, with who, when and why."""
    from pipelines.deliver.headers import taught_now

    rows = taught_now(settings)
    lines = [f"{one['source']:<18}{one['word']} → {one['title']}（{one['who']}，{str(one['when'])[:10]}）{one['why']}{'' if one['is_used'] else '；与现行合同冲突，不用'}" for one in rows]
    show(rows, as_json, lines or ["nothing is taught"])


@command(deliver, has_json=True)
@click.option("--source", help="Of one source.")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1), help="How many, the newest first.")
def log(settings: Settings, source: str | None, last: int, as_json: bool) -> None:
    """Who delivered what, when, with which hash, and what became of it."""
    from pipelines.deliver.log import deliveries

    rows = [row for row in deliveries(settings) if source in (None, row["source"])][:last]
    lines = [
        f"{row['received_on']}  {row['status']:<11} {(row['file_sha256'] or '')[:12]:<12}  {row['who'] or '-':<12} {row['source_file']}"
        + (f"  {row['rows_loaded']:,} loaded, {row['rows_quarantined']:,} quarantined" if row["rows_read"] else "")
        + (f"  {row['message']}" if row["message"] else "")
        for row in rows
    ]
    show(rows, as_json, lines or ["nothing was delivered yet"])


def sentences(report: Report) -> list[str]:
    """A check as lines a person reads."""
    states = {"ready": "可以确认报送", "refused": "整件不收", "incomplete": "名单说明不全", "foreign": "含其他园区的行"}
    lines = [
        f"{report.given_name} → {report.source_title}（{report.source}）：{states[report.state]}",
        f"收到日 {report.received_on}（{'文件名所写' if report.is_day_named else '今天'}）{'，' + report.delivery if report.delivery else ''}",
        f"共 {report.rows_read:,} 行：读入 {report.rows_loaded:,}，略过 {report.rows_skipped:,}（{report.skipped_as or '无'}），退回 {report.rows_quarantined:,}",
    ]
    if report.message:
        lines.append(report.message)
    for sheet in report.sheets:
        lines.append(f"〔{sheet.name or '表'}〕第 {sheet.header_row} 行为表头")
        lines += [
            f"  {one.title} ← {one.word}{f'（{one.unit}）' if one.unit else ''}{'，人工教会' if one.is_taught else ''}{'，表上方' if one.is_above else ''}"
            for one in sheet.columns if one.word
        ]  # fmt: skip
        lines += [f"  缺 {title}" for title in sheet.lacking]
        lines += [f"  不认识的表头 {word}：softcity deliver teach {report.source} '{word}' 列名 --why 依据" for word in sheet.unknown] if sheet.lacking else [f"  未用的列 {'、'.join(sheet.unknown)}"] if sheet.unknown else []
    lines += [f"  第 {row.row_no} 行 {row.column} {row.value}：{row.reason}" for row in report.quarantine[:20]]
    if told := report.replaces:
        lines.append(f"库中已有相同的 {told.same:,} 行；将取代 {told.replaced:,} 行；有 {told.outdone:,} 行已被更晚的文件取代")
    lines += [f"  取代 {key}（{file} 第 {row_no} 行）" for key, file, row_no in told.examples[:5]] if told else []
    if report.mends:
        lines.append(f"补正此前退回的 {report.mends:,} 行")
    lines += [f"  {one.key}{'*' if one.is_required else ''}：{one.value or (f'{one.from_title}（据标题）' if one.from_title else '—')}" for one in report.sidecar]
    return lines
