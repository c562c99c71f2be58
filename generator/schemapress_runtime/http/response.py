"""A response, apart from any server, and what an endpoint declares of one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Response:
    """A response. `problem` is the kind of its problem document, if it has one.

    `stop` is the SystemExit or KeyboardInterrupt that ends the server once the response is sent. `raised` is what a
    handler raised that failed, of which the response reveals nothing.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    stop: BaseException | None = None
    problem: str | None = None
    raised: BaseException | None = field(default=None, compare=False)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The header fields, with the length of the body where the status has one (RFC 9110 §8.6)."""
        length = () if self.status in (204, 304) else (("Content-Length", str(len(self.body))),)
        return [*self.headers, *length]

    def content(self, method: str) -> bytes:
        """Return the body to send; empty for HEAD (RFC 9110 §9.3.2)."""
        return b"" if method == "HEAD" else self.body


@dataclass(frozen=True, slots=True)
class DeclaredResponse:
    """A response that an endpoint declares: its status, and the root element of its body in its media types."""

    status: int
    element: str | None = None
    media_types: tuple[str, ...] = ()


def is_success(status: int) -> bool:
    """Whether a status says that a request was handled (RFC 9110 §15.3)."""
    return 200 <= status <= 299
