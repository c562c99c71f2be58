"""`capture --interactive` at a real terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.capture.test_command import decisions, folder, xsd

__all__ = ["folder"]

PROMPT = "Your answer (? for help)"


class Terminal:
    """A terminal with the command in it: what was printed, and what is typed."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self._process = process
        self.end = end
        self.rest = ""

    def expect(self, text: str) -> str:
        """Return what is printed up to a text, colours apart."""
        printed, deadline = "", time.monotonic() + 60
        while text not in printed:
            assert time.monotonic() < deadline, printed
            assert select.select([self.end], [], [], 60)[0], printed
            try:
                printed += os.read(self.end, 1).decode("utf-8", "replace")
            except OSError:  # the other end was closed
                raise AssertionError(printed) from None
            printed = re.sub(r"\x1b\[[0-9;]*m", "", printed)
        return printed

    def type(self, text: str) -> str:
        """Type a text and the return key, and return what is printed up to the next prompt."""
        os.write(self.end, f"{text}\n".encode())
        return self.expect(PROMPT)

    def interrupt(self) -> int:
        """Press Ctrl-C, and return the exit code."""
        return self.finish(press=b"\x03")

    def finish(self, press: bytes = b"") -> int:
        """Read what is left, and return the exit code.

        A key is pressed until it is noticed: `input` misses a signal that comes just before it waits.
        """
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            os.write(self.end, press)
            try:
                while select.select([self.end], [], [], 1)[0]:
                    self.rest += os.read(self.end, 4096).decode("utf-8", "replace")
            except OSError:  # the other end was closed
                break
        return self._process.wait(60)


@contextmanager
def interactive(folder: Path) -> Iterator[Terminal]:
    """Run the capture of a page at a terminal."""
    end, other = pty.openpty()
    script = str(Path(sys.executable).with_name("schemapress"))
    process = subprocess.Popen(
        [script, "capture", "accept-fault.md", "--into", "spec/api", "--interactive"],
        cwd=folder,
        pass_fds=(other,),
        preexec_fn=lambda: os.login_tty(other),
        env={**os.environ, "LOGNAME": "ann"},
    )
    os.close(other)
    try:
        yield Terminal(process, end)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(end)


def given(folder: Path) -> dict[str, str]:
    """Return the answers of a person that the file has."""
    (page,) = tomllib.loads(decisions(folder).read_text("utf-8"))["page"]
    return {one["key"]: one["answer"] for one in page["decision"] if one["answered-by"] == "ann"}


def test_ctrl_c_keeps_what_was_answered_and_the_next_run_goes_on_from_there(folder: Path) -> None:
    with interactive(folder) as terminal:
        assert "accept-fault.xsd, 1 of 9" in terminal.expect(PROMPT)
        terminal.type("2")
        assert "3 of 9" in terminal.type("")
        assert terminal.interrupt() == 130
        assert "Saved 2 answers. Run the same command again to continue." in terminal.rest

    assert given(folder) == {"root:request": "AcceptFault", "root:response-200": "acceptFaultResponse"}
    assert not xsd(folder).exists()

    with interactive(folder) as terminal:
        printed = terminal.expect(PROMPT)
        assert "1 of 7" in printed
        assert "In which namespace are the elements?" in printed
        terminal.type("urn:partner")
        for _ in range(5):
            terminal.type("")
        os.write(terminal.end, b"\n")
        assert terminal.finish() == 0

    text = xsd(folder).read_text("utf-8")
    assert '<xs:element name="AcceptFault">' in text
    assert 'targetNamespace="urn:partner"' in text
    assert len(given(folder)) == 9


def test_typed_answers_are_checked_and_explained(folder: Path) -> None:
    with interactive(folder) as terminal:
        terminal.expect(PROMPT)
        assert "This is the first question." in terminal.type("<")
        assert "'7' is not a candidate. Type a number from 1 to 2, or a name without a colon." in terminal.type("7")
        assert "'a:b' is not a candidate." in terminal.type("a:b")
        helped = terminal.type("?")
        assert "`<` or `back` returns to the previous question." in helped
        assert "Default: acceptFault. The page names no root" in helped
        terminal.type("")
        assert "or an absolute URI, such as urn:partner:api" in terminal.type("")
        for wrong in ("2", "partner", "urn:a b"):
            assert f"{wrong!r} is not a candidate. Type a number from 1 to 1, or an absolute URI" in terminal.type(
                wrong
            )
        assert terminal.interrupt() == 130


def test_a_question_can_be_gone_back_to(folder: Path) -> None:
    with interactive(folder) as terminal:
        terminal.expect(PROMPT)
        terminal.type("2")
        back = terminal.type("back")
        assert "1 of 9" in back
        assert f"{PROMPT}" in back
        assert "2 of 9" in terminal.type("1")
        assert terminal.interrupt() == 130

    assert given(folder) == {"root:request": "acceptFault"}


def test_an_interruption_of_the_first_question_leaves_nothing_behind(folder: Path) -> None:
    with interactive(folder) as terminal:
        terminal.expect(PROMPT)
        assert terminal.interrupt() == 130

    assert not (folder / "spec").exists()
