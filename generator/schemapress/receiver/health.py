"""Health and readiness, for whoever starts and stops receivers: a service manager, a container, a load balancer."""

from __future__ import annotations

from collections.abc import Callable

from schemapress_runtime.http.asgi import Receive, Scope, Send

IsReady = Callable[[], bool]
"""Whether the receiver takes messages."""


def check_health(path: str, is_ready: IsReady) -> tuple[int, bytes] | None:
    """Return the status and the body of `/live` or `/ready`, and None for another path."""
    if path == "/live":
        return 200, b"live\n"
    if path == "/ready":
        return (200, b"ready\n") if is_ready() else (503, b"not ready\n")
    return None


class HealthApplication:
    """The ASGI application of the port that has health and nothing else. It says no more than two words."""

    def __init__(self, is_ready: IsReady) -> None:
        self._is_ready = is_ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
        if scope["method"] in ("GET", "HEAD"):
            status, body = check_health(scope["path"], self._is_ready) or (404, b"There are /live and /ready.\n")
        else:
            status, body = 405, b"Read it with GET.\n"
            headers.append((b"allow", b"GET, HEAD"))
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
