"""The settings of `schemapress serve`: their names, kinds, defaults and bounds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from schemapress.receiver.delivery.retry import RetryPolicy
from schemapress.receiver.log import LogFormat
from schemapress.receiver.transport.limits import Limits
from schemapress_runtime.limits import MAX_BODY

if TYPE_CHECKING:  # it takes long to load
    from schemapress_runtime.http.exchange import TrailingSlash

Mode = Literal["store", "deliver", "inline"]
"""Who handles a message: nobody; its handler, from the inbox; its handler, inside the request."""

_PlainKind = Literal["text", "secret", "number", "seconds", "days", "file", "files", "flag", "url path"]
_NamedKind = Literal["mode", "log format", "trailing slash", "database"]
Kind = _PlainKind | _NamedKind

LAST_PORT = 65_535

MOST: Mapping[str, int] = {"number": 1_000_000_000_000, "seconds": 31_536_000, "days": 36_500}
"""The largest value of a setting of each kind: a year of seconds and a century of days, which all clocks can take."""


def _about(help_: str, kind: Kind, least: float = 0, most: float | None = None) -> Mapping[str, object]:
    return {"help": help_, "kind": kind, "least": least, "most": MOST.get(kind) if most is None else most}


_LIMITS, _RETRIES = Limits(), RetryPolicy()


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """Everything that `schemapress serve` can be told. Each field with a help is a setting."""

    handlers: str | None = field(
        default=None, metadata=_about("The handlers, as module:name; without them, messages are only stored.", "text")
    )
    mode: Mode | None = field(
        default=None,
        metadata=_about(
            "When the handler of a message is called: 'deliver', from the inbox once the message is acknowledged; "
            "'inline', before the request is answered; 'store', never. "
            "Default: deliver if there are handlers, else store.",
            "mode",
        ),
    )
    host: str | None = field(
        default=None,
        metadata=_about(
            "The address to listen on. Default: all addresses, of IPv4 and IPv6, if there is a client-ca; "
            "else 127.0.0.1.",
            "text",
        ),
    )
    port: int = field(
        default=8443, metadata=_about("The port to listen on; 0 takes a free one.", "number", most=LAST_PORT)
    )
    database: str = field(
        default="sqlite:///inbox.db",
        metadata=_about("The database of the inbox: a URL of SQLite or PostgreSQL.", "database"),
    )
    tls_cert: Path | None = field(
        default=None, metadata=_about("The certificate of the server, with its chain (PEM).", "file")
    )
    tls_key: Path | None = field(
        default=None, metadata=_about("The private key (PEM). Default: in the certificate file.", "file")
    )
    tls_key_password: str | None = field(
        default=None,
        metadata=_about("The password of the private key; better in SCHEMAPRESS_SERVE_TLS_KEY_PASSWORD.", "secret"),
    )
    client_ca: Path | None = field(
        default=None, metadata=_about("The authorities of client certificates (PEM).", "file")
    )
    client_certificate_optional: bool = field(
        default=False,
        metadata=_about("Admit clients without a certificate to the handshake, such as those that sign.", "flag"),
    )
    crl: tuple[Path, ...] = field(default=(), metadata=_about("Revocation lists (PEM or DER).", "files"))
    peers: Path | None = field(
        default=None, metadata=_about("Who may call, and which proxies are believed (TOML).", "file")
    )
    dev: bool = field(
        default=False, metadata=_about("Make throw-away certificates, and print the curl line that works.", "flag")
    )
    max_body: int = field(default=MAX_BODY, metadata=_about("Bytes of the largest body.", "number", 1))
    connections: int = field(
        default=_LIMITS.connections, metadata=_about("Connections that are open at once.", "number", 1)
    )
    connections_per_address: int = field(
        default=_LIMITS.connections_per_address,
        metadata=_about("Connections of one address that are open at once.", "number", 1),
    )
    header_seconds: float = field(
        default=_LIMITS.header_seconds,
        metadata=_about("Seconds until the header of a request must be there.", "seconds", 0.1),
    )
    body_seconds: float = field(
        default=_LIMITS.body_seconds,
        metadata=_about("Seconds until the body must be there, and one more per 4,000 bytes.", "seconds", 0.1),
    )
    shutdown_seconds: int = field(
        default=_LIMITS.shutdown_seconds,
        metadata=_about("Seconds to finish what is in flight when the server stops.", "number", 1),
    )
    attempts: int = field(
        default=_RETRIES.attempts,
        metadata=_about("Deliveries of a message that are tried before it is dead.", "number", 1),
    )
    first_pause: float = field(
        default=_RETRIES.first,
        metadata=_about("The longest pause before the second delivery; it doubles each time.", "seconds"),
    )
    longest_pause: float = field(
        default=_RETRIES.longest, metadata=_about("The longest pause between two deliveries.", "seconds")
    )
    at_once: int = field(default=8, metadata=_about("Handlers that run at once.", "number", 1))
    handler_seconds: float = field(
        default=300.0,
        metadata=_about("Seconds a handler that is called from the inbox may take; 0 for no limit.", "seconds"),
    )
    retention_days: float = field(default=90.0, metadata=_about("Days to keep handled messages.", "days"))
    dead_retention_days: float | None = field(
        default=None,
        metadata=_about(
            "Days to keep dead messages, of an outbox in the same database too; 0 keeps none. Default: they are kept "
            "until somebody purges them.",
            "days",
        ),
    )
    quarantine_rows: int = field(default=10_000, metadata=_about("Refused messages that are kept.", "number"))
    quarantine_bytes: int = field(
        default=100_000_000, metadata=_about("Bytes of refused messages that are kept.", "number")
    )
    page_port: int | None = field(
        default=None,
        metadata=_about(
            "The port of the page, the metrics and the health, on 127.0.0.1. Default: there are none.",
            "number",
            most=LAST_PORT,
        ),
    )
    health_port: int | None = field(
        default=None,
        metadata=_about(
            "The port of /live, /ready and /metrics alone, without TLS. Default: there is none.",
            "number",
            most=LAST_PORT,
        ),
    )
    health_host: str = field(
        default="127.0.0.1",
        metadata=_about(
            "The address of the health port; 0.0.0.0 lets probes and Prometheus of other machines in.", "text"
        ),
    )
    openapi_path: str | None = field(
        default=None,
        metadata=_about(
            "The path of the OpenAPI document of what is served, such as /openapi.json. Default: it is not served.",
            "url path",
        ),
    )
    trailing_slash: TrailingSlash = field(
        default="exact",
        metadata=_about(
            "A path with a slash at its end: 'exact' takes it for another path, 'ignore' for the same.",
            "trailing slash",
        ),
    )
    log_format: LogFormat = field(default="text", metadata=_about("The format of the log: text or json.", "log format"))
    telemetry: bool = field(
        default=False, metadata=_about("Make spans of requests, commits and deliveries with OpenTelemetry.", "flag")
    )
    sources: tuple[str, ...] = ()
    """The file and the environment, as far as they have settings."""


SETTINGS = {each.name: each for each in dataclasses.fields(ReceiverSettings) if each.metadata}
"""Every setting by its name."""

CHOICES: Mapping[Kind, tuple[str, ...]] = {
    "mode": ("deliver", "inline", "store"),
    "log format": get_args(LogFormat),
    "trailing slash": ("exact", "ignore"),
}
"""The values of a setting that has few."""


def default_of(name: str) -> object:
    """Return the default of a setting."""
    default = SETTINGS[name].default
    return None if default is MISSING else default
