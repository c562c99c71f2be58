"""Debian's Chromium, driven over pipes: it opens real pages, with their own headers, scripts and forms."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.chromium import CHROMIUM

SECONDS = 30


class Browser:
    """A browser with one tab. Use it as a context manager.

    `complaints` has what the console of the tab said: errors of scripts, and what the security policy blocked.
    """

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._number = 0
        self._session = ""
        self._events: list[dict[str, Any]] = []
        self.complaints: list[str] = []

    def __enter__(self) -> Browser:
        assert CHROMIUM is not None
        read_commands, self._commands = os.pipe()
        self._results, write_results = os.pipe()
        # the browser reads from file 3, and writes to file 4
        script = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
        arguments += [f"--user-data-dir={self._profile}", "about:blank"]
        self._process = subprocess.Popen(
            ["bash", "-c", script, "bash", str(read_commands), str(write_results), CHROMIUM, *arguments],
            pass_fds=(read_commands, write_results),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_commands)
        os.close(write_results)
        self._buffer = b""
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._send(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._session = ""
        self._send("Browser.close")
        self._process.wait(SECONDS)
        os.close(self._commands)
        os.close(self._results)

    def resize(self, width: int, scheme: str = "light") -> None:
        """Let the tab have a width in pixels, and a colour scheme."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self._send("Emulation.setDeviceMetricsOverride", **metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._send("Emulation.setEmulatedMedia", features=features)

    def without_scripts(self) -> None:
        """Run no scripts of pages any more."""
        self._send("Emulation.setScriptExecutionDisabled", value=True)

    def open(self, url: str) -> None:
        """Open a page, and wait until it is there."""
        self._events.clear()
        self._send("Page.navigate", url=url)
        self._wait_for_load()

    def evaluate(self, script: str) -> Any:  # Any: what JSON can hold
        """Return what the body of an asynchronous function gives."""
        expression = f"(async () => {{ {script} }})()"
        result = self._send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def follow(self, script: str) -> None:
        """Do something that leads to another page, and wait until that is there."""
        self._events.clear()
        self.evaluate(script)
        self._wait_for_load()

    def press(self, key: str, code: int) -> None:
        """Press a key, by its name and its code."""
        text = {"Enter": "\r"}.get(key, "")
        facts: dict[str, object] = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **facts)
        self._send("Input.dispatchKeyEvent", type="keyUp", **facts)

    def wait_until(self, script: str) -> None:
        """Wait until an expression is true. AssertionError: that takes too long."""
        end = time.monotonic() + SECONDS
        while not self.evaluate(f"return {script}"):
            assert time.monotonic() < end, script
            time.sleep(0.1)

    def screenshot(self, file: Path) -> None:
        """Write a picture of the page."""
        import base64

        file.write_bytes(base64.b64decode(self._send("Page.captureScreenshot", captureBeyondViewport=True)["data"]))

    def _wait_for_load(self) -> None:
        self._receive_until(lambda: any(event["method"] == "Page.loadEventFired" for event in self._events))

    def _send(self, method: str, /, **parameters: object) -> dict[str, Any]:  # Any: as the protocol has it
        self._number += 1
        command: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        results: list[dict[str, Any]] = []
        self._receive_until(lambda: bool(results), self._number, results)
        assert "error" not in results[0], results[0]
        result: dict[str, Any] = results[0]["result"]
        return result

    def _receive_until(
        self, is_over: Callable[[], bool], number: int = 0, results: list[dict[str, Any]] | None = None
    ) -> None:
        while not is_over():
            part = os.read(self._results, 1_048_576)
            assert part, "the browser has ended"
            *messages, self._buffer = (self._buffer + part).split(b"\0")
            for message in map(json.loads, messages):
                if results is not None and message.get("id") == number:
                    results.append(message)
                elif "method" in message:
                    self._take(message)

    def _take(self, event: dict[str, Any]) -> None:
        self._events.append(event)
        if event["method"] == "Log.entryAdded":
            self.complaints.append(event["params"]["entry"]["text"])
        elif event["method"] == "Runtime.exceptionThrown":
            self.complaints.append(event["params"]["exceptionDetails"]["text"])
