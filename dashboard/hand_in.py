"""The routes by which files come and go: their pieces, each a short request, and the workbooks that go back.

A file comes in pieces far below what a request may be (limits.py): memory, slow lines and proxies stay what they are.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g
from flask import request as asked
from werkzeug.wrappers import Response as AnyResponse

from dashboard import acts, handed_in, request
from dashboard.access import guard
from dashboard.errors import ActRefused, BadAddress, DashboardError, NothingThere
from dashboard.exports import FORMS
from dashboard.home import deliveries
from pipelines.base import incoming
from pipelines.base.incoming import Incoming

PIECE_BYTES = 512 << 10


def install(server: Flask) -> None:
    """The routes by which files come and go. Call it after the guard's."""
    limited: Callable[[Any], Any] = server.extensions["limit_exports"]

    @server.post("/_hand-in")
    def first_piece() -> AnyResponse:
        size = asked.args.get("size", "")
        return _taken(lambda: handed_in.hand_in(asked.args.get("source", ""), asked.args.get("name", ""), int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0))

    @server.post("/_hand-in/<file_id>")
    def next_piece(file_id: str) -> AnyResponse:
        return _taken(lambda: handed_in.of_mine(file_id))

    @server.get("/export/template/<source>.xlsx")
    @limited
    def template(source: str) -> AnyResponse:
        def make() -> bytes:
            handed_in.may_hand_in(source)
            return handed_in.files().template(source)

        return _workbook(f"template-{source}", make)

    @server.get("/export/sent-back/<file_id>.xlsx")
    @limited
    def sent_back(file_id: str) -> AnyResponse:
        return _workbook("sent-back", lambda: handed_in.files().mended(handed_in.whole(file_id)))

    @server.get("/export/sent-back.xlsx")
    @limited
    def sent_back_of() -> AnyResponse:
        name = asked.args.get("file", "")

        def make() -> bytes:
            if not acts.may("hand-in"):
                raise ActRefused("no_permission")
            if name not in {row["source_file"] for row in deliveries()}:
                raise NothingThere(name[:60])
            return handed_in.files().mended_of(name)

        return _workbook("sent-back", make)


def _taken(found: Callable[[], Incoming]) -> AnyResponse:
    """Add a piece to a file, or say why not: then nothing of it stays."""
    if not guard.has_token():
        guard.note("denied", g.user, detail="hand-in token")
        return guard.refuse(400, "form_expired")
    try:
        one = found()
        offset = asked.args.get("offset", "0")
        incoming.append(one, int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 16 else -1, asked.get_data())
    except DashboardError as error:
        return _refused(error, "hand-in")
    return Response(f'{{"id": "{one.id}", "held": {one.held}}}', mimetype="application/json")


def _workbook(name: str, make: Callable[[], bytes]) -> AnyResponse:
    try:
        with g.queue.turn():
            content = make()
    except DashboardError as error:
        return _refused(error, "export")
    guard.note("export", g.user, detail=f"{name} xlsx")
    return Response(content, mimetype=FORMS["xlsx"], headers={"Content-Disposition": f"attachment; filename={name}.xlsx"})


def _refused(error: DashboardError, what: str) -> AnyResponse:
    """A plain answer in words; what an act has refused is on record already."""
    if not g.get("is_noted"):
        guard.note("denied", g.user, detail=f"{what} {getattr(error, 'key', '') or type(error).__name__}")
    status = 403 if isinstance(error, ActRefused) else 404 if isinstance(error, NothingThere | BadAddress) else 400
    return guard.refused_in_words(status, request.refusal(error))
