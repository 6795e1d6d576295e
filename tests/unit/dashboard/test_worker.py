"""The server under readers who send slowly, wrongly or not at all, and under those who do not take their answers."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.limits import BODY_BYTES, OPEN_BODY_BYTES
from pipelines.settings import PROJECT

POST = b"POST /login HTTP/1.1\r\nHost: city\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: city\r\n\r\n"
Connect = Callable[[], socket.socket]


@pytest.fixture(scope="module")
def connect(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connect]:
    """Connections to a server of two workers with four threads each; whoever waits longer than ten seconds fails."""
    home = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from pathlib import Path; from dashboard.serve import serve; serve(Path({str(published)!r}), Path({str(home / 'accounts.sqlite')!r}), port={port})"
    environment = os.environ | {"TMPDIR": str(home)}
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, text=True, cwd=PROJECT)
    assert server.stdout is not None
    assert "ready" in server.stdout.readline()
    made: list[socket.socket] = []

    def new() -> socket.socket:
        made.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        return made[-1]

    yield new
    for connection in made:
        connection.close()
    server.terminate()
    assert server.wait(20) == 0


def status(connection: socket.socket) -> bytes:
    """The number of the next answer, which is read to its end."""
    with connection.makefile("rb") as stream:
        line, length = stream.readline(), 0
        while (header := stream.readline().lower()) not in (b"\r\n", b""):
            length = int(header.split(b":")[1]) if header.startswith(b"content-length") else length
        stream.read(length)
    return line.split(b" ")[1] if line else b""


def is_answered(connect: Connect) -> bool:
    with connect() as other:
        other.sendall(HEALTH)
        return status(other) == b"200"


@pytest.mark.parametrize(
    "begun",
    [b"", b"POST /log", POST, POST + b"Content-Length: 4000\r\n\r\n", POST + b"Content-Length: 4000\r\n\r\nname=ana&",
     b"POST /_dash-update-component HTTP/1.1\r\nHost: city\r\nContent-Length: 300\r\n\r\n{"],
    ids=["nothing", "a line", "a head", "no body", "a body", "a callback"],
)  # fmt: skip
def test_thirty_who_send_slowly_keep_nobody_waiting(connect: Connect, begun: bytes) -> None:
    slow = [connect() for _ in range(30)]
    for connection in slow:
        connection.sendall(begun)
    assert all(is_answered(connect) for _ in range(4))
    for connection in slow:
        connection.close()
    assert is_answered(connect)


def test_a_request_that_comes_in_pieces_is_answered_and_the_connection_stays(connect: Connect) -> None:
    with connect() as one:
        for _ in range(2):
            for piece in (POST[:9], POST[9:], b"Content-Length: 8\r\n", b"\r\nname", b"=ana"):
                one.sendall(piece)
            assert status(one) == b"400", "a form without our token"
        one.sendall(HEALTH)
        assert status(one) == b"200"


def test_a_body_without_a_length_is_refused(connect: Connect) -> None:
    with connect() as one:
        one.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n4\r\nname\r\n")
        assert status(one) == b"411"
        assert one.recv(10) == b"", "the connection ends"


def test_a_body_too_long_is_refused_before_it_has_come(connect: Connect) -> None:
    with connect() as one:
        one.sendall(POST + f"Content-Length: {BODY_BYTES + 1}\r\n\r\nname=".encode())
        assert status(one) == b"413"
        assert one.recv(10) == b"", "what comes after would be taken for a request"


def test_where_nobody_is_signed_in_only_a_short_body_is_read(server) -> None:
    client = server.test_client()
    assert client.post("/login", data={"name": "x" * OPEN_BODY_BYTES}).status_code == 413
    assert client.post("/act/contact", data={"why": "x" * OPEN_BODY_BYTES}).status_code == 401, "its body is not looked at"


def test_a_head_too_long_or_no_request_at_all_is_refused(connect: Connect) -> None:
    for sent in (b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000, b"\x16\x03\x01 tls?\r\n\r\n", b"\r\n\r\n"):
        with connect() as one:
            one.sendall(sent)
            assert status(one) in (b"400", b"431", b"")
    assert is_answered(connect)


def test_a_second_request_behind_the_first_is_not_read_as_its_body(connect: Connect) -> None:
    with connect() as one:
        one.sendall(HEALTH + b"GET /nowhere HTTP/1.1\r\nHost: city\r\n\r\n")
        assert status(one) == b"200"
        assert one.recv(10) == b"", "whoever sends two at once asks again for the second"


def test_those_who_neither_take_their_answer_nor_leave_keep_nobody_waiting(connect: Connect) -> None:
    for _ in range(30):
        connect().sendall(b"GET /login HTTP/1.1\r\nHost: city\r\nConnection: close\r\n\r\n")
    assert all(is_answered(connect) for _ in range(4))
