"""A mail server on this machine, and what came to it."""

import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage


class Mailbox(list[EmailMessage]):
    """The mails received. `refuses`: how many to turn away first."""

    refuses = 0
    address = ""


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    received = Mailbox()

    class Receiver(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in map(bytes.upper, self.rfile):
                if line.startswith(b"RCPT") and received.refuses:
                    received.refuses -= 1
                    self.wfile.write(b"450 later\r\n")
                    continue
                if line.startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    content = b"".join(iter(self.rfile.readline, b".\r\n"))
                    received.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[arg-type]
                self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 well\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        received.address = f"mailto://127.0.0.1:{server.server_address[1]}?from=city@example.cn&mode=insecure"
        yield received
        server.shutdown()
