"""Answers are kept for one reader: what a kept page may read, and that no session's form token is ever kept."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import USERS, page, paths, session_token, sign_in
from flask import g
from flask.sessions import SecureCookieSession

from dashboard import pages
from dashboard.access.accounts import User
from dashboard.app import show
from dashboard.reader import Reader
from dashboard.snapshot import Snapshots


class Untouched(SecureCookieSession):
    """A session that breaks the page which reads it."""

    def get(self, *_: object) -> None:
        raise LookupError("a kept page reads the session")

    __getitem__ = get


@pytest.mark.parametrize("name", USERS)
def test_a_kept_page_reads_snapshot_address_reader_and_desk_alone(server, published: Path, decisions: Path, monkeypatch, name: str):
    monkeypatch.setattr(server.session_interface, "open_session", lambda *_: Untouched())
    reader, (role, parks) = Reader(Snapshots(published)), USERS[name]
    for page_of in pages.PAGES:
        if not page_of.kept or role not in page_of.roles:
            continue
        for path in paths(page_of):
            with server.test_request_context(path):
                # neither accounts nor the what-if is at hand: a page that reads one of them breaks too
                g.user, g.reader, g.decisions = User(name, role, parks), reader, decisions
                assert "state-broken" not in str(show(reader, path, "")), path
    with server.test_request_context("/outreach"):
        g.user, g.reader, g.decisions, g.request_id = User("ana", "analyst"), reader, decisions, "x"
        assert "state-broken" in str(show(reader, "/outreach", "")), "the session is what breaks it"


def test_pages_that_show_more_than_that_are_not_kept():
    assert not {page.key for page in pages.PAGES if page.kept} & {"admin", "account", "whatif", "data", "outreach"}


@pytest.mark.parametrize("name", ["ana", "opa", "ste", "adm"])
def test_no_page_carries_the_form_token_of_another_session(server, name: str):
    clients = [server.test_client() for _ in range(2)]
    for client in clients:
        sign_in(client, name)
    first, second = map(session_token, clients)
    assert first != second
    for path in (path for page_of in pages.PAGES for path in paths(page_of)):
        assert second not in page(clients[0], path)
        assert first not in page(clients[1], path)
    assert second in page(clients[1], "/account")


def test_a_page_with_a_form_is_not_kept_even_when_it_says_so(server, monkeypatch):
    real = pages.match

    def kept(path: str):
        found = real(path)
        return found and (replace(found[0], kept=True), found[1])

    monkeypatch.setattr(pages, "match", kept)
    clients = [server.test_client() for _ in range(2)]
    for client in clients:
        sign_in(client, "ana")
        assert session_token(client) in page(client, "/outreach", "?measure=6")
