"""The OpenAPI document of what is served."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .path_template import parse_template
from .response import Response


@dataclass(frozen=True, slots=True)
class ServedDescription:
    """The OpenAPI document of what is served, and the path at which it is served itself."""

    path: str
    document: Mapping[str, Any]  # JSON

    def __post_init__(self) -> None:
        if parse_template(self.path).names:
            raise ValueError(f"The path of the OpenAPI document is {self.path!r}; expected one without parameters.")

    def response(self, prefix: str) -> Response:
        """Return the document, whose paths are below the prefix at which the application is mounted."""
        servers = [{"url": quote(prefix) or "/"}]
        body = json.dumps({**self.document, "servers": servers}, ensure_ascii=False)
        return Response(200, (("Content-Type", "application/json"),), body.encode())
