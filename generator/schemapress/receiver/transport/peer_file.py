"""The file of peers: the allow list, the secrets of those who sign, and the proxies that are believed.

[[peer]]
name = "buyer-a"
subject = "CN=buyer-a,O=Buyer A,C=GB"
san = ["DNS:client.buyer-a.example"]
sha256 = ["3f:…"]
identifiers = ["BUYER-A"]

[[proxy]]
name = "edge"
network = ["10.0.0.0/8"]
forwards = "rfc9440"
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, get_args

from cryptography import x509

from schemapress.errors import SchemapressError, nearest_of
from schemapress_runtime.http.signature import read_secret

from .forwarded_certificate import Form, Network, Proxy
from .peers import ATTRIBUTES, AllowList, CertificatePattern, PeerEntry, repeated_keys

PEER_KEYS = ("name", "subject", "san", "sha256", "identifiers", "secrets")
PROXY_KEYS = ("name", "subject", "san", "sha256", "network", "forwards")

MOST_SECRETS = 64
"""Secrets of all peers: the signature of a body is compared with each."""

_SAN = re.compile(r"(DNS|URI|email):(.+)", re.IGNORECASE)
_FINGERPRINT = re.compile(r"(?:sha256[:/ ])?((?:[0-9a-f]{2}:?){32})", re.IGNORECASE)
_TABLE = re.compile(r"\s*\[\[\s*(peer|proxy)\s*\]\]")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PeerFile:
    """What a file of peers says. `allow_list` is None where every certificate is admitted (`admit = "every"`)."""

    allow_list: AllowList | None = None
    proxies: tuple[Proxy, ...] = ()

    @property
    def signers(self) -> tuple[PeerEntry, ...]:
        """The peers that may sign."""
        return () if self.allow_list is None else tuple(entry for entry in self.allow_list.entries if entry.secrets)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file, and where its keys are."""

    kind: str
    number: int
    values: Mapping[str, object]
    file: str
    lines: Sequence[str]
    first: int

    def place(self, key: str | None = None) -> str:
        """Return the file and line of a key, or of the table."""
        if key is not None:
            pattern = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
            for number, line in enumerate(self.lines[self.first :], self.first + 1):
                if number > self.first + 1 and re.match(r"\s*\[\[", line):
                    break
                if pattern.match(line):
                    return f"{self.file}:{number}"
        return f"{self.file}:{self.first}"

    def error(self, key: str | None, message: str, hint: str) -> SchemapressError:
        return SchemapressError(message, place=self.place(key), hint=hint)

    def strings(self, key: str) -> tuple[str, ...]:
        """Return the strings of a key: one, or a list of them."""
        value = self.values.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) and item for item in listed):
            raise self.error(key, f"{key} is not a string or a list of strings.", f'Write {key} = ["…"].')
        if key in self.values and not listed:
            raise self.error(key, f"{key} is empty.", "Name at least one value, or remove the key.")
        return tuple(listed)

    def read(self, key: str, read: Callable[[str], Value], hint: str) -> list[Value]:
        values = []
        for text in self.strings(key):
            try:
                values.append(read(text))
            except ValueError as error:
                shown = "The secret can't be used" if key == "secrets" else f"{text!r} is no {key}"
                raise self.error(key, f"{shown}: {error}.", hint) from None
        return values


def read_peer_file(content: bytes, file: str) -> PeerFile:
    """Return what a file of peers says.

    Raises:
        SchemapressError: it is not TOML, or has a key or value that means nothing; with the line.
    """
    try:
        text = content.decode("utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError:
        raise SchemapressError("The file of peers is not UTF-8.", place=file, hint="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f"{file}:{line[1]}" if line else file
        raise SchemapressError(f"This is not TOML: {error}.", place=place, hint="Correct the line.") from None
    lines = text.splitlines()
    starts = {kind: [n for n, line in enumerate(lines, 1) if _is_table(line, kind)] for kind in ("peer", "proxy")}
    admit = document.pop("admit", "listed")
    if admit not in ("listed", "every"):
        raise SchemapressError(f"admit is {admit!r}.", place=file, hint='It is "listed", the default, or "every".')
    for key, value in document.items():
        if key not in starts:
            raise SchemapressError(f"Unknown key {key!r}.", place=file, hint=nearest_of(key, [*starts, "admit"]))
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise SchemapressError(f"{key} is not a list of tables.", place=file, hint=f"Write [[{key}]] above it.")
    peers, proxies = (
        [
            _Table(kind, number, values, file, lines, starts[kind][number] if number < len(starts[kind]) else 1)
            for number, values in enumerate(document.get(kind, []))
        ]
        for kind in ("peer", "proxy")
    )
    _check_names([*peers, *proxies])
    entries, named_proxies = _read_peers(peers), tuple(map(_read_proxy, proxies))
    if admit == "every" and entries:
        raise peers[0].error(None, 'There are peers, and admit is "every".', "Remove one or the other.")
    if admit == "listed" and not entries:  # a file that was cut short must not let everyone in
        hint = 'Add a [[peer]], or write admit = "every" for every certificate of the client CA.'
        raise SchemapressError("No peer is listed.", place=file, hint=hint)
    return PeerFile(AllowList(entries) if entries else None, named_proxies)


def _is_table(line: str, kind: str) -> bool:
    table = _TABLE.match(line)
    return table is not None and table[1] == kind


def _check_names(tables: Sequence[_Table]) -> None:
    names: dict[tuple[str, str], _Table] = {}
    for table in tables:
        known = PEER_KEYS if table.kind == "peer" else PROXY_KEYS
        for key in table.values:
            if key not in known:
                raise table.error(key, f"A {table.kind} has no key {key!r}.", nearest_of(key, known))
        name = table.values.get("name")
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            raise table.error("name", f"A {table.kind} has no name.", 'Write name = "…", which logs and messages show.')
        if (table.kind, name) in names:
            first = names[table.kind, name].place("name")
            hint = f"The other one is at {first}. Put both certificates into one {table.kind}, or rename one."
            raise table.error("name", f"Two entries have the name {name!r}.", hint)
        names[table.kind, name] = table


def _read_peers(tables: Sequence[_Table]) -> tuple[PeerEntry, ...]:
    entries = []
    for table in tables:
        identifiers = frozenset(table.strings("identifiers")) if "identifiers" in table.values else None
        hint = "Write whsec_ and 24 or more random bytes in Base64: echo whsec_$(openssl rand -base64 32)"
        secrets = tuple(table.read("secrets", read_secret, hint))
        entry = PeerEntry(str(table.values["name"]), _read_pattern(table), identifiers, secrets)
        if not entry.pattern and not secrets:
            hint = "Give subject, san or sha256, or secrets for a peer that signs."
            raise table.error(None, f"Nothing says which certificate {entry.name!r} has.", hint)
        entries.append(entry)
    for first, second, key in repeated_keys(entries):
        table = tables[entries.index(second)]
        hint = "Put all identifiers into one entry, or remove the value from one of them."
        raise table.error(key, f"{first.name!r} and {second.name!r} mean the same certificate.", hint)
    if sum(len(entry.secrets) for entry in entries) > MOST_SECRETS:
        hint = "Remove secrets that are no longer used, or give partners certificates."
        raise SchemapressError(f"There are more than {MOST_SECRETS} secrets.", place=tables[0].file, hint=hint)
    owners: dict[bytes, PeerEntry] = {}
    for table, entry in zip(tables, entries, strict=True):
        for secret in entry.secrets:
            if owners.setdefault(secret, entry) is not entry:
                message = f"{owners[secret].name!r} and {entry.name!r} have the same secret."
                raise table.error("secrets", message, "Give each peer a secret of its own.")
    return tuple(entries)


def _read_pattern(table: _Table) -> CertificatePattern:
    subject_hint = (
        "Write it as RFC 4514 has it, the most particular part first: "
        "openssl x509 -in client.pem -noout -subject -nameopt RFC2253"
    )
    san_hint = "Write DNS:host, URI:… or email:…, as openssl x509 -in client.pem -noout -ext subjectAltName does."
    sha_hint = "Write 64 hexadecimal digits: openssl x509 -in client.pem -noout -fingerprint -sha256"
    return CertificatePattern(
        frozenset(table.read("sha256", read_fingerprint, sha_hint)),
        frozenset(table.read("subject", read_subject, subject_hint)),
        frozenset(table.read("san", read_san, san_hint)),
    )


def _read_proxy(table: _Table) -> Proxy:
    hint = "Write an address or a network: 10.0.0.7 or 10.0.0.0/8."
    networks: tuple[Network, ...] = tuple(table.read("network", ipaddress.ip_network, hint))
    pattern = _read_pattern(table)
    name = str(table.values["name"])
    if not networks and not pattern:
        raise table.error(None, f"Nothing says which proxy {name!r} is.", "Give network, subject, san or sha256.")
    form = next((known for known in get_args(Form) if known == table.values.get("forwards")), None)
    if form is None:
        hint = f"forwards is one of {', '.join(get_args(Form))}."
        raise table.error("forwards", f"Nothing says how {name!r} forwards certificates.", hint)
    return Proxy(name, form, networks, pattern)


def read_subject(text: str) -> x509.Name:
    """Return the name that an RFC 4514 string writes. ValueError: it is none."""
    try:
        name = x509.Name.from_rfc4514_string(text, dict(ATTRIBUTES))
    except ValueError as error:
        raise ValueError(str(error).rstrip(".") or "it has no parts such as CN=client") from None
    if not list(name):
        raise ValueError("it is empty")
    return name


def read_san(text: str) -> str:
    """Return an alternative name as `CertificateFacts.sans` has it. ValueError: it is none."""
    match = _SAN.fullmatch(text)
    if match is None:
        raise ValueError("its kind is missing")
    kind = {"dns": "DNS", "uri": "URI", "email": "email"}[match[1].lower()]
    return f"{kind}:{match[2].lower() if kind == 'DNS' else match[2]}"


def read_fingerprint(text: str) -> str:
    """Return a SHA-256 fingerprint in 64 lower-case digits. ValueError: it is none."""
    match = _FINGERPRINT.fullmatch(text.strip())
    digits = "" if match is None else match[1].replace(":", "").lower()
    if len(digits) != 64:
        raise ValueError(f"it has {len(re.sub('[^0-9a-fA-F]', '', text))} hexadecimal digits, not 64")
    return digits
