"""A receiver with its page: messages of every kind in it, and clients that ask the page."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.support.receiver import ReceiverProcess, free_port, message

HANDLERS = """
from pathlib import Path
from cityfibre_ticketing.handlers import Handlers, Refusal

class Tickets(Handlers):
    def notify_in_progress(self, message, request):
        if message.message_id.startswith("broken") and not Path("repaired").exists():
            raise RuntimeError("can't reach Network Operations")
        if message.message_id.startswith("refused"):
            raise Refusal(409, "This fault is closed.")
"""

SECRETS = ("+44 20 7946 0000", "noc@buyer.example", "Network Operations", "Front Desk", "+44 20 7946 0002")
"""The personal texts of the message."""


@dataclass(frozen=True)
class PageClient:
    """Asks a page over HTTP, as a browser or as something else would."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, str]:
        """Return a response, and the text of its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return response, response.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def get(self, path: str) -> str:
        """Return the body of a page that is there."""
        response, body = self.ask("GET", path)
        assert response.status == 200, body
        return body

    def token(self) -> str:
        """Return the token of the page's forms."""
        match = re.search('name="token" value="([^"]+)"', self.get("/messages/1"))
        assert match is not None
        return match[1]

    def post(self, path: str, headers: Mapping[str, str] | None = None, **form: str) -> tuple[int, str]:
        """Send a form as a browser does, and return the status and the body or the location."""
        fields = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url, **(headers or {})}
        response, body = self.ask("POST", path, urlencode(form), fields)
        return response.status, response.getheader("Location") or body

    def metric(self, name: str) -> float | None:
        """Return the value of a series, or None where it is not there."""
        match = re.search(f"^{re.escape(name)} (.*)$", self.get("/metrics"), re.MULTILINE)
        return None if match is None else float(match[1])


def start_with_page(folder: Path, *options: str) -> tuple[ReceiverProcess, PageClient]:
    """Start a receiver with handlers, and wait until its page says that it is ready."""
    (folder / "tickets.py").write_text(HANDLERS)
    port = free_port()
    receiver = ReceiverProcess(
        folder, ("--page-port", str(port), "--handlers", "tickets:Tickets", "--first-pause", "0.01", *options)
    )
    receiver.start()
    receiver.wait_until_ready()
    return receiver, PageClient(port)


def send_everything(receiver: ReceiverProcess) -> None:
    """Send a message that is handled, one whose handler fails, a repeated one, and refused ones."""
    assert receiver.post(message("m-1"))[0] == 204
    assert receiver.post(message("broken-1", "BFR-2"))[0] == 204
    assert receiver.post(message("m-1"))[0] == 204
    assert receiver.post(message("m-1", "BFR-3"))[0] == 409
    invalid = message("m-2").replace(b"in-progress", b"started").replace(b"<email>noc", b"<email/><email>noc")
    assert receiver.post(invalid)[0] == 422
    assert receiver.post(message("m-3").replace(b"</phone>", b""))[0] == 400


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so. AssertionError: that takes too long."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
