"""The applications that serve the orders of `tests/data/orders.xsd`; the number of an order says what its handler does.

The package `orders` is built by the tests. What handlers receive is the note of the order that they answer with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import shift_path_info

from orders.bindings import Colour, Fault, Order  # type: ignore[import-not-found]  # built by the tests
from orders.handlers import Handlers, Refusal, Reply, asgi, wsgi  # type: ignore[import-not-found]  # built by the tests


class Orders(Handlers):  # type: ignore[misc]  # of a package that is built by the tests
    def get_order(self, request: Any, *, order_id: int, **parameters: object) -> Any:
        if order_id == 404:
            return Reply(404, Fault(why="There is no such order."), {"X-Reason": "none"})
        known = ", ".join(f"{name}={value!r}" for name, value in parameters.items() if value is not None)
        return Order(number=order_id, colour=Colour.RED, note=f"{request.prefix}|{request.path}|{known}")

    def open_orders(self, request: Any, *, limit: int) -> Any:
        return Order(number=limit, note="open")

    def place_order(self, message: Order, request: Any, *, number: int) -> Any:
        answers: dict[int, Callable[[], Any]] = {
            202: lambda: None,
            203: lambda: Reply(202, headers=[("X-A", "1"), ("X-A", "2")]),
            409: lambda: Reply(409, Fault(why="It is there already.")),
            500: lambda: Fault(why="of the wrong class"),
            501: lambda: Reply(404, Fault(why="of a status that is not declared")),
            502: lambda: Reply(409, message),
            503: lambda: Reply(409),
            504: lambda: Order(number=0),
            505: lambda: "text",
            506: lambda: Reply(202, message),
        }
        if number == 410:
            raise Refusal(
                409, "It is there already.", body=Fault(why="It is there already."), headers={"Retry-After": "5"}
            )
        if number == 411:
            raise Refusal(409, "It is there already.", headers={"Retry-After": "5"})
        if number == 510:
            raise Refusal(410, "It is gone.", body=Fault(why="It is gone."))
        return answers.get(number, lambda: message)()

    def delete_file(self, request: Any, *, name: str, part: str) -> None:
        raise Refusal(418, f"{name}|{part}")


class AsyncOrders(Orders):
    async def place_order(self, message: Order, request: Any, *, number: int) -> Any:
        return super().place_order(message, request, number=number)


asgi_application = asgi(Orders(), openapi="/openapi.json")
asgi_coroutine = asgi(AsyncOrders(), openapi="/openapi.json")
asgi_ignoring_slashes = asgi(Orders(), trailing_slash="ignore")
wsgi_application = wsgi(Orders(), openapi="/openapi.json")


def wsgi_below(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Dispatch as a plain WSGI dispatcher does: the first segment moves to SCRIPT_NAME."""
    shift_path_info(environ)
    body: Iterable[bytes] = wsgi_application(environ, start_response)
    return body
