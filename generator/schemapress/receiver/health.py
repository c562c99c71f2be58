"""Health and readiness, for whoever starts and stops receivers: a service manager, a container, a load balancer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from schemapress_runtime.http.asgi import Receive, Scope, Send

IsReady = Callable[[], bool]
"""Whether the receiver takes messages."""

ShowMetrics = Callable[[], Awaitable[tuple[bytes, str]]]
"""The numbers for Prometheus, and their media type."""


def check_health(path: str, is_ready: IsReady) -> tuple[int, bytes] | None:
    """Return the status and the body of `/live` or `/ready`, and None for another path."""
    if path == "/live":
        return 200, b"live\n"
    if path == "/ready":
        return (200, b"ready\n") if is_ready() else (503, b"not ready\n")
    return None


class HealthApplication:
    """The ASGI application of the port that has health and metrics, and nothing that a sender wrote."""

    def __init__(self, is_ready: IsReady, show_metrics: ShowMetrics) -> None:
        self._is_ready = is_ready
        self._show_metrics = show_metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        media_type = "text/plain; charset=utf-8"
        headers = [(b"cache-control", b"no-store")]
        if scope["method"] not in ("GET", "HEAD"):
            status, body = 405, b"Read it with GET.\n"
            headers.append((b"allow", b"GET, HEAD"))
        elif scope["path"] == "/metrics":
            status, (body, media_type) = 200, await self._show_metrics()
        else:
            nothing = 404, b"There are /live, /ready and /metrics.\n"
            status, body = check_health(scope["path"], self._is_ready) or nothing
        headers.append((b"content-type", media_type.encode("ascii")))
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
