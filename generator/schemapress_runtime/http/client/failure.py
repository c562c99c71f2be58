"""Errors of sockets and of TLS as the failure of a request, in words that say what to do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from .outcome import Failure

_VERIFICATION = {
    18: ("it signed itself", "Pass it, or the CA that the receiver names, as `ca`."),
    19: ("its CA is not trusted", "Pass the certificate of that CA as `ca`."),
    20: ("its CA is not trusted", "Pass the certificate of that CA as `ca`."),
    10: ("it has expired", "Ask the receiver to renew it, and check the clock of this machine."),
    9: ("it is not valid yet", "Check the clock of this machine."),
    62: ("it is for another host name", "Check the host in the URL."),
    64: ("it is for another IP address", "Check the host in the URL."),
}
"""Errors of OpenSSL's verification (X509_V_ERR_…): what is wrong with the certificate, and what to do."""

IF_TLS = "If this port is one of TLS, begin the URL with https://."
"""What to do where nobody understands plain HTTP."""

_ALERTS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE")
"""Parts of the names of the alerts by which a receiver refuses a client certificate, or the lack of one."""


def explain(error: BaseException, host: str, *, was_sent: bool, is_secured: bool) -> Failure:
    """Return the failure that an error is; `was_sent` if some of the request was written to the connection.

    In TLS 1.3 the receiver's alert on a client certificate comes after that (RFC 8446 §4.4.2.4), and the request is
    lost then. The end of the connection may come before the alert is read.
    """
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            what, hint = _VERIFICATION.get(cause.verify_code, (cause.verify_message, "Ask the receiver about it."))
            reason = f"the certificate of {host} is refused: {what}"
            return Failure("certificate", reason, may_have_arrived=False, is_lasting=True, hint=hint)
        if isinstance(cause, ssl.SSLError) and "ALERT" in (cause.reason or "") and _is_about_certificate(cause):
            named = str(cause.reason).partition("ALERT_")[2].replace("_", " ").lower()
            reason = f"{host} refuses the client certificate, or that there is none ({named})"
            hint = "Pass `client_certificate`, and ask the receiver whether it accepts that one."
            return Failure("certificate", reason, may_have_arrived=False, is_lasting=True, hint=hint)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return _explain_tls(cause, host, was_sent=was_sent)
        if isinstance(cause, socket.gaierror):
            reason = f"the name {host} has no address ({cause.strerror})"
            return Failure("name", reason, may_have_arrived=was_sent, hint="Check the host in the URL.")
        if isinstance(cause, ConnectionRefusedError):
            hint = "Check the port in the URL, and whether the receiver is running."
            return Failure("connection", f"{host} refuses the connection", may_have_arrived=was_sent, hint=hint)
    if was_sent:
        reason = f"{host} closed the connection before it had answered"
        hint = "If it demands a client certificate, it may have refused yours." if is_secured else IF_TLS
        return Failure("closed", reason, may_have_arrived=True, hint=hint)
    said = next((cause.strerror for cause in _chain(error) if isinstance(cause, OSError) and cause.strerror), "")
    reason = f"no connection to {host} ({said or str(error) or type(error).__name__})"
    return Failure("connection", reason, may_have_arrived=False)


def _explain_tls(cause: ssl.SSLError, host: str, *, was_sent: bool) -> Failure:
    if cause.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
        reason, hint = f"{host} does not speak TLS on this port", "Check the port and the scheme of the URL."
    else:
        said = (cause.reason or str(cause)).replace("_", " ").lower()
        reason, hint = f"TLS with {host} failed ({said})", "A receiver must offer TLS 1.2 or newer."
    return Failure("tls", reason, may_have_arrived=was_sent, is_lasting=not was_sent, hint=hint)


def _is_about_certificate(error: ssl.SSLError) -> bool:
    return any(part in str(error.reason) for part in _ALERTS)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, and those that it was raised from, the innermost last."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
