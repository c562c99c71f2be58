"""The endpoints of generated packages, and the sending of documents to them.

A package carries its own runtime, so nothing of it is an instance of a class of the generator's: its module `client`
has the classes of its errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from schemapress.errors import SchemapressError, nearest_of
from schemapress.generated_package import describe_missing_facts, import_apart, import_by_name
from schemapress_runtime.http.client.arguments import write_arguments
from schemapress_runtime.http.problem_document import phrase
from schemapress_runtime.report.problem import Problem
from schemapress_runtime.xml.document import UnacceptableXML, parse


@dataclass(frozen=True)
class Target:
    """An endpoint of a package: what its client sends where."""

    package: ModuleType
    client: ModuleType
    method: str
    operation: Any  # Operation of the package's own runtime


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """What the clients of all packages are made with."""

    url: str
    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    timeout: float = 60.0
    retries: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    key_password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of one document: a line about it, and the problems of a document that is not valid or refused."""

    line: str
    problems: tuple[Problem, ...] = ()
    is_accepted: bool = False


class NotDelivered(SchemapressError):
    """Nothing was answered, so no other document is sent."""


class NoEndpoint(SchemapressError):
    """No endpoint takes a document, or several do."""


def load_targets(packages: Iterable[Path], endpoint: str | None) -> list[Target]:
    """Return the endpoints of packages, or those of the given name.

    Raises:
        SchemapressError: a folder is no package or has no client, or there is no endpoint of the name.
    """
    targets = [target for folder in packages for target in _load_package(folder)]
    if endpoint is None:
        return targets
    named = [target for target in targets if endpoint in (target.operation.name, target.method)]
    if not named:
        known = {target.operation.name for target in targets}
        raise SchemapressError(f"There is no endpoint {endpoint!r}.", hint=nearest_of(endpoint, known))
    return named


def _load_package(folder: Path) -> list[Target]:
    """Return the endpoints of a package, which is imported from its folder, under a name that nothing else has."""
    package = import_apart(folder)
    hint = f"{describe_missing_facts(folder)} The targets have to include codec and client."
    if not (folder / "client.py").is_file():
        raise SchemapressError("This package has no client.", place=str(folder), hint=hint)
    client = import_by_name(f"{package.__name__}.client", f"{folder} has no client", hint)
    return [Target(package, client, method, operation) for method, operation in client.OPERATIONS.items()]


class Sender:
    """Sends documents, each to the endpoint of its root element."""

    def __init__(self, targets: Sequence[Target], options: ClientOptions) -> None:
        self._targets = targets
        self._options = options
        self._clients: dict[tuple[int, str], Any] = {}  # of the package's own runtime

    def send(self, data: bytes, *, dry_run: bool) -> Sent:
        """Return the outcome of one document. One that is not valid is not sent; with `dry_run` none is.

        Raises:
            NoEndpoint: no endpoint takes the document, or several do.
            NotDelivered: nothing was answered.
            SchemapressError: the client can't be made with its options.
        """
        try:
            root = str(parse(data).tag)
        except UnacceptableXML as refused:
            return Sent("not sent: 1 problem", (refused.problem,))
        target = self._choose(root)
        report = target.package.validate(data)
        if not report.valid:
            return Sent(f"not sent: {report.count}", tuple(report.problems))
        base = self._base_url(target)
        client = self._client(target, base)
        arguments = self._arguments(target.operation)
        if dry_run:
            target_path, _ = write_arguments(target.operation.path, target.operation.parameters, arguments)
            return Sent(f"valid; {target.operation.method} {base}{target_path}", is_accepted=True)
        return self._post(client, target, data, arguments)

    def _post(self, client: Any, target: Target, data: bytes, arguments: dict[str, object]) -> Sent:
        errors = target.client
        try:
            answer = client.send_document(target.operation, data, **arguments)
        except errors.Refused as refused:
            detail = f": {refused.detail}" if refused.detail else _show_start(refused.body)
            line = f"refused: {refused.status} {phrase(refused.status)}{detail}"
            return Sent(line, tuple(refused.problems))
        except errors.UnexpectedAnswer as unexpected:
            return Sent(str(unexpected))
        except errors.Unreachable as unreachable:
            message = str(unreachable)
            hint = _name_options(unreachable.hint) or None
            raise NotDelivered(f"{message[:1].upper()}{message[1:]}.", hint=hint) from None
        return Sent("accepted" if answer is None else f"accepted: {type(answer).__name__}", is_accepted=True)

    def _arguments(self, operation: Any) -> dict[str, object]:
        """Return the texts of parameters by the names of arguments.

        Raises:
            SchemapressError: there is no such parameter, or one is missing or no value of its type.
        """
        names = {parameter.name: parameter.argument for parameter in operation.parameters}
        for name in self._options.parameters:
            if name not in names:
                message = f"The endpoint {operation.name} has no parameter {name!r}."
                raise NoEndpoint(message, hint=nearest_of(name, names))
        arguments: dict[str, object] = {}
        for parameter in operation.parameters:
            text = self._options.parameters.get(parameter.name)
            arguments[parameter.argument] = text.split() if text is not None and parameter.is_list else text
        try:
            write_arguments(operation.path, operation.parameters, arguments)
        except ValueError as wrong:
            raise SchemapressError(str(wrong), hint="Pass it by --parameter NAME=VALUE.") from None
        return arguments

    def _choose(self, root: str) -> Target:
        """Return the only endpoint that takes documents of a root element."""
        fitting = [target for target in self._targets if _takes(target.operation, root)]
        if not fitting:
            known = ", ".join(sorted({f"<{target.operation.element}>" for target in self._targets}))
            raise NoEndpoint(f"No endpoint takes the root element {root}.", hint=f"They take {known}.")
        if len(fitting) > 1:
            names = " and ".join(f"{target.operation.name} ({target.operation.path})" for target in fitting)
            raise NoEndpoint(f"The endpoints {names} both take {root}.", hint="Name one by --endpoint.")
        return fitting[0]

    def _base_url(self, target: Target) -> str:
        """Return the URL that the path of an endpoint is added to; `--to` may have that path already."""
        url = self._options.url.rstrip("/")
        return url.removesuffix(target.operation.path) if urlsplit(url).netloc else url

    def _client(self, target: Target, base: str) -> Any:
        """Return the client of a package for a URL."""
        known = self._clients.get((id(target.client), base))
        if known is None:
            known = self._clients[id(target.client), base] = self._make_client(target.client, base)
        return known

    def _make_client(self, client: ModuleType, base: str) -> Any:
        options = self._options
        pair = None if options.certificate is None else (options.certificate, options.key or options.certificate)
        try:
            return client.Client(
                base,
                client_certificate=pair,
                key_password=options.key_password,
                ca=options.ca,
                timeouts=client.Timeouts(read=options.timeout, write=options.timeout, total=options.timeout),
                retries=client.Retries(attempts=options.retries + 1),
                headers=options.headers,
                secret=options.secret,
            )
        except client.WrongSettings as wrong:
            raise SchemapressError(_name_options(str(wrong)), hint=_name_options(wrong.hint) or None) from None

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()


def _takes(operation: Any, root: str) -> bool:
    """Whether an operation sends documents of a root element."""
    is_of_class = operation.messages.classes.get(root) is operation.message
    return is_of_class and root.rpartition("}")[2] == operation.element


def _name_options(text: str) -> str:
    """Return a sentence with the options of the command in place of the arguments of a client."""
    for setting, option in _OPTIONS.items():
        text = text.replace(setting, option)
    return text


_OPTIONS = {
    "Pass the file of the key in `client_certificate`": "Pass the file of the key by --key",
    "The key of `client_certificate`": "The file of --key",
    "`client_certificate`": "--cert and --key",
    "`key_password`": "--key-password-file",
    "`ca`": "--ca",
    "The secret can't be used": "The secret in --secret-file can't be used",
}
"""What messages of a client name, and the options of the command."""


_MOST_SHOWN = 200


def _show_start(body: bytes) -> str:
    """Return the start of a body of an unknown type, on one line."""
    text = " ".join(body[: 4 * _MOST_SHOWN].decode("utf-8", "replace").split())
    return f": {text[:_MOST_SHOWN]}{'…' if len(text) > _MOST_SHOWN else ''}" if text else ""
