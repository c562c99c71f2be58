"""The log of a receiver and its processes: a line of text or of JSON per event.

A line has neither bodies nor keys of messages, values of header fields or addresses. So an exception is logged without
its text, which may quote a message: only its class, and the lines of code that it came through.
"""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

LogFormat = Literal["text", "json"]

FACTS = ("endpoint", "peer", "message_number", "table", "reason", "attempt", "part")
"""What a line may say of an event, besides its time, level, name and text: the names in `extra`."""

MOST_LINES = 20
"""Lines of one kind that are logged in a minute, where a sender can cause them."""

BOUNDED = (
    "asyncio",
    "uvicorn",
    "schemapress.receiver.delivery",
    "schemapress.receiver.transport.listening_socket",
)
"""The loggers with lines that a sender can cause at any rate."""

_CERTIFICATE_NAME = re.compile(r"[A-Za-z0-9.-]+=|(?:DNS|URI|email|SHA256):")
"""The beginning of a name that `CertificateFacts.name` gives: of a subject, an alternative name or a fingerprint."""

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class TextFormatter(logging.Formatter):
    """Writes a line for people, and the calls of an exception below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # as logging has it
        return _time(record)

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  # as logging has it
        return "\n".join([*(f"  {place}" for place in _calls(ei[1])), f"  {_name(ei[1])}"])


class JsonFormatter(logging.Formatter):
    """Writes an object of JSON on one line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "log"),
            "text": record.getMessage(),
            "logger": record.name,
        }
        line |= {name: value for name in FACTS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"exception": _name(record.exc_info[1]), "calls": _calls(record.exc_info[1])}
        return json.dumps(line, ensure_ascii=False)


def configure_log(style: LogFormat, level: str = "INFO") -> None:
    """Let all loggers of this process write to its standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    handler.addFilter(BoundedLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "alembic"):
        logging.getLogger(name).setLevel("WARNING")


class LineBudget:
    """Bounds the lines of each kind per minute.

    `on_rest` is told, with the first line of another minute, of each kind how many lines were not logged.
    """

    def __init__(self, on_rest: Callable[[str, int], None] = lambda kind, rest: None) -> None:
        self._on_rest = on_rest
        self._minute = -1
        self._lines: dict[str, int] = {}

    def admits(self, kind: str) -> bool:
        """Whether one more line of a kind may be logged now."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            before, self._minute, self._lines = self._lines, minute, {}
            for other, lines in before.items():
                if lines > MOST_LINES:
                    self._on_rest(other, lines - MOST_LINES)
        lines = self._lines[kind] = self._lines.get(kind, 0) + 1
        return lines <= MOST_LINES


class BoundedLines(logging.Filter):
    """Bounds the lines that a sender can cause: those of the libraries of the server, and those of deliveries."""

    def __init__(self) -> None:
        super().__init__()
        self._budget = LineBudget()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is within the budget of what it says."""
        if record.name.startswith(BOUNDED):
            return self._budget.admits(f"{record.name} {getattr(record, 'event', '')} {record.msg}")
        return True


def name_for_log(name: str, fingerprint: str | None) -> str:
    """Return the name of a peer for a log, by its name and the fingerprint of its certificate.

    Where there is no allow list, a peer has the name of its certificate, such as its subject, which may be that of a
    person: the log has the beginning of the fingerprint instead.
    """
    return f"SHA256:{fingerprint[:16]}" if fingerprint and _CERTIFICATE_NAME.match(name) else name


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _name(raised: BaseException | None) -> str:
    return type(raised).__name__


def _calls(raised: BaseException | None) -> list[str]:
    """Return the places that an exception came through, the innermost last."""
    frames = traceback.extract_tb(None if raised is None else raised.__traceback__)
    return [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
