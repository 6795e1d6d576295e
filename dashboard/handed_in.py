"""Files handed in: what a page asks of a home (what reads them is the home's), whose they are, and what may be done with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from flask import g

from dashboard import acts
from dashboard.access import guard
from dashboard.errors import ActRefused, DeliveryRefused
from dashboard.home import home
from dashboard.reader import Row
from pipelines.base import incoming
from pipelines.base.deliveries import Delivery, Report
from pipelines.base.incoming import Incoming
from pipelines.base.visible import visible


class Files(Protocol):
    """What a home does with files handed in (pipelines/deliver/files.py)."""

    root: Path
    """Where they wait."""

    def sources(self) -> list[Row]:
        """Every source: title, columns, whether it has kinds of deliveries and a sidecar."""
        ...

    def check(self, one: Incoming, parks: tuple[str, ...] | None, delivery: str | None) -> Report: ...

    def confirm(self, one: Incoming, who: str, role: str, parks: tuple[str, ...] | None, delivery: str | None) -> tuple[Delivery, Report]: ...

    def landed(self, one: Incoming, sha256: str) -> Delivery | None:
        """The delivery that brought the same bytes before."""
        ...

    def template(self, source: str) -> bytes: ...

    def mended(self, one: Incoming) -> bytes: ...

    def mended_of(self, source_file: str) -> bytes: ...

    def teach(self, source: str, word: str, column: str, why: str, who: str) -> None: ...

    def forget(self, source: str, word: str, why: str, who: str) -> None: ...

    def taught(self) -> list[Row]: ...


def files() -> Files:
    """Raises NothingThere where the dashboard was started over a published folder alone."""
    return home().files


def sources() -> list[Row]:
    """The sources whose files the signed-in user hands in."""
    own = home().park_sources if g.user.is_scoped else ()
    return [row for row in files().sources() if not own or row["source"] in own]


def parks() -> tuple[str, ...] | None:
    """The parks a file of the signed-in user may speak of; None: any."""
    return g.user.parks if g.user.is_scoped else None


def waiting() -> list[Incoming]:
    """The user's own files that were neither confirmed nor dropped."""
    return incoming.waiting(files().root, g.user.name)


def may_hand_in(source: str) -> str:
    """A source whose files the signed-in user hands in. Raises ActRefused: an operator for another than that of their park."""
    if not acts.may("hand-in"):
        raise ActRefused("no_permission")
    if source not in {row["source"] for row in sources()}:
        raise ActRefused("not_your_source")
    return source


def hand_in(source: str, name: str, size: int) -> Incoming:
    """Begin to take a file. Raises DeliveryRefused for one that is not taken."""
    with acts.noted("hand-in", source=source, file=visible(name), size=size):
        return incoming.begin(files().root, g.user.name, may_hand_in(source), name, size)


def of_mine(file_id: object) -> Incoming:
    """A file the signed-in user handed in. Raises DeliveryRefused when none waits by that id."""
    one = incoming.find(files().root, str(file_id), g.user.name)
    may_hand_in(one.source)
    return one


def whole(file_id: object) -> Incoming:
    """The same, of which every piece has come. Raises DeliveryRefused for one that broke off."""
    one = of_mine(file_id)
    if not one.is_whole:
        raise DeliveryRefused(f"{one.given_name}: {one.held:,} of {one.size:,} bytes came. Send the file again.", "deliver_broken")
    return one


def check_file(file_id: object, delivery: str | None = None) -> Report:
    """How a build would read it. Rows of another park are on record."""
    one = whole(file_id)
    with g.queue.turn():
        report = files().check(one, parks(), delivery)
    if report.foreign:
        told = " ".join(f"{row.row_no}:{row.park}" for row in report.foreign[:20])
        guard.note("denied", g.user, detail=f"rows of another park {one.source} {report.foreign_count}: {told}")
    return report


def confirm_file(file_id: object, delivery: str | None = None) -> Delivery:
    """Let it land; the next build reads it."""
    with acts.noted("confirm", file=str(file_id)[:32]) as told:
        one = whole(file_id)
        told += [f"source={one.source}", f"name={visible(one.given_name)}"]
        with g.queue.turn():
            made, _ = files().confirm(one, g.user.name, g.user.role, parks(), delivery)
        told += [f"landed={made.source_file}", f"sha256={made.file_sha256[:16]}", *([] if made.is_new else ["same bytes"])]
    return made


def say_of_list(file_id: object, said: Mapping[str, str]) -> None:
    """Write what a person says of a list beside its file."""
    with acts.noted("say-of-list", file=str(file_id)[:32]):
        incoming.say(whole(file_id), said)


def drop_file(file_id: object) -> None:
    with acts.noted("drop", file=str(file_id)[:32]):
        incoming.drop(of_mine(file_id))


def teach(source: str, word: str, column: str, why: str | None) -> None:
    """Say which column a header word is, for every file from now on."""
    with acts.noted("teach", source=source, word=visible(word), column=column):
        files().teach(may_hand_in(source), word[:200], column[:60], acts.note(why), g.user.name)


def forget(source: str, word: str, why: str | None) -> None:
    """Take a taught word back."""
    with acts.noted("forget", source=source, word=visible(word)):
        files().forget(may_hand_in(source), word[:200], acts.note(why), g.user.name)
