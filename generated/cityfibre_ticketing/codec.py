"""Documents of notify-in-progress.xsd to objects and back, validated both ways.

Emitted by schemapress from notify-in-progress.xsd: edit the XSD, and build again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import bindings
from ._runtime.binding.prefixes import MessagePrefixes
from ._runtime.binding.to_text import (
    NotPlainValue,
    boolean_text,
    bounded_text,
    date_text,
    date_time_text,
    member_text,
    text,
    time_text,
)
from ._runtime.codec import xsdata_compat
from ._runtime.codec.messages import Messages
from ._runtime.codec.slow_path import decode_document, encode_object
from ._runtime.codec.stream import Source, iter_decode_stream
from .scanner import scan
from .validators import VALIDATOR

__all__ = ["Message", "XmlParser", "XmlSerializer", "decode", "encode", "from_json", "iter_decode", "to_json"]

Message = bindings.NotifyInProgress

CLASSES: dict[str, type[Message]] = {
    "notifyInProgress": bindings.NotifyInProgress,
}
"""The class of each root element."""

MESSAGES = Messages(CLASSES, bindings, VALIDATOR.declarations)
"""The same, with what is known of all classes."""

PREFIXES = MessagePrefixes(
    {"xs": "http://www.w3.org/2001/XMLSchema"},
)
"""The prefixes of what is written, where `encode` is not told others."""


def decode(data: bytes) -> Message:
    """Return the object that a document binds to; its root element says of which class.

    Raises:
        InvalidDocument: with every problem of the document.
    """
    text = VALIDATOR.admit(data)
    message = None if text is None else scan(text)
    return decode_document(data, text, VALIDATOR, scan, MESSAGES) if message is None else message


def encode(value: Message, *, prefixes: Mapping[str, str] | None = None) -> bytes:
    """Return the document of an object, which `decode` reads back as an equal object.

    It has the prefixes of the XSD, and the default namespace for the message's own unless that would capture elements
    without a namespace. `prefixes` has namespaces by the prefixes that they get instead; "" is the default namespace.

    Raises:
        InvalidDocument: with every problem of the object.
        TypeError: the object is not a message, or a prefix or a namespace not a string.
        ValueError: a prefix can't be declared, or the default namespace would capture elements.
    """
    encoder = _ENCODERS.get(type(value))
    if encoder is not None and prefixes is None:
        start, end, write_content = encoder
        parts = ['<?xml version="1.0" encoding="UTF-8"?>\n', start]
        try:
            write_content(value, parts.append)
        except Exception:  # the general way says what is wrong
            return encode_object(value, VALIDATOR, MESSAGES, decode, PREFIXES)
        parts.append(end)
        return "".join(parts).encode()
    return encode_object(value, VALIDATOR, MESSAGES, decode, PREFIXES, prefixes)


def to_json(value: Message, *, indent: int | None = None) -> str:
    """Return an object as JSON, which `from_json` reads back as an equal object; `indent` puts it on lines.

    Raises:
        InvalidDocument: with every problem of the object.
        TypeError: the object is not a message.
    """
    from ._runtime.codec.json_document import to_json_text  # who does not use JSON does not load it

    return to_json_text(value, indent, encode, MESSAGES)


def from_json(text: str | bytes, class_: type[Message] = bindings.NotifyInProgress) -> Message:
    """Return the object that a JSON describes, which is valid.

    Raises:
        InvalidDocument: with every problem of the object, or the first one of the JSON.
        TypeError: the text is none, or the class is not that of a message.
    """
    from ._runtime.codec.json_document import from_json_text  # who does not use JSON does not load it

    return from_json_text(text, class_, encode, MESSAGES)


_FAULT_STATUS = {member.value: member for member in bindings.FaultStatus}
_INCIDENT_TYPE = {member.value: member for member in bindings.IncidentType}


def _contact_details(value: bindings.ContactDetails, write: Callable[[str], None]) -> None:
    """Write the content of ContactDetails."""
    if type(value) is not bindings.ContactDetails:
        raise NotPlainValue
    if (phone := value.phone) is not None:
        write(f"<phone>{text(phone)}</phone>")
    if (email := value.email) is not None:
        write(f"<email>{text(email)}</email>")
    if (name := value.name) is not None:
        write(f"<name>{text(name)}</name>")


def _fault_details(value: bindings.FaultDetails, write: Callable[[str], None]) -> None:
    """Write the content of FaultDetails."""
    if type(value) is not bindings.FaultDetails:
        raise NotPlainValue
    if (description := value.description) is not None:
        write(f"<description>{text(description)}</description>")
    if (type_value := value.type_value) is not None:
        write(f"<type>{member_text(type_value, _INCIDENT_TYPE)}</type>")
    if (fault_start_time := value.fault_start_time) is not None:
        write(f"<faultStartTime>{date_time_text(fault_start_time)}</faultStartTime>")
    if (fault_location := value.fault_location) is not None:
        write(f"<faultLocation>{text(fault_location)}</faultLocation>")
    if (site_access_details := value.site_access_details) is not None:
        write(f"<siteAccessDetails>{text(site_access_details)}</siteAccessDetails>")
    if (site_access_contact_details := value.site_access_contact_details) is not None:
        write("<siteAccessContactDetails>")
        _contact_details(site_access_contact_details, write)
        write("</siteAccessContactDetails>")
    if (triage_complete := value.triage_complete) is not None:
        write(f"<triageComplete>{boolean_text(triage_complete)}</triageComplete>")
    if (triage_findings := value.triage_findings) is not None:
        write(f"<triageFindings>{text(triage_findings)}</triageFindings>")
    if (status := value.status) is not None:
        write(f"<status>{member_text(status, _FAULT_STATUS)}</status>")


def _update(value: bindings.Update, write: Callable[[str], None]) -> None:
    """Write the content of Update."""
    if type(value) is not bindings.Update:
        raise NotPlainValue
    if (description := value.description) is not None:
        write(f"<description>{text(description)}</description>")
    if (updated_by := value.updated_by) is not None:
        write(f"<updatedBy>{text(updated_by)}</updatedBy>")
    if (updated_time := value.updated_time) is not None:
        write(f"<updatedTime>{date_time_text(updated_time)}</updatedTime>")


def _appointment(value: bindings.Appointment, write: Callable[[str], None]) -> None:
    """Write the content of Appointment."""
    if type(value) is not bindings.Appointment:
        raise NotPlainValue
    if (appointment_date := value.appointment_date) is not None:
        write(f"<appointmentDate>{date_text(appointment_date)}</appointmentDate>")
    if (appointment_start_time := value.appointment_start_time) is not None:
        write(f"<appointmentStartTime>{time_text(appointment_start_time)}</appointmentStartTime>")
    if (appointment_end_time := value.appointment_end_time) is not None:
        write(f"<appointmentEndTime>{time_text(appointment_end_time)}</appointmentEndTime>")
    write(
        f"<appointmentReservationKey>{bounded_text(value.appointment_reservation_key, 1)}</appointmentReservationKey>"
    )


def _appointments(value: bindings.Appointments, write: Callable[[str], None]) -> None:
    """Write the content of Appointments."""
    if type(value) is not bindings.Appointments:
        raise NotPlainValue
    if type(value.appointment) is not list:
        raise NotPlainValue
    for item in value.appointment:
        write("<appointment>")
        _appointment(item, write)
        write("</appointment>")


def _notify_in_progress(value: bindings.NotifyInProgress, write: Callable[[str], None]) -> None:
    """Write the content of notifyInProgress."""
    if type(value) is not bindings.NotifyInProgress:
        raise NotPlainValue
    write(
        f"<apiVersion>{text(value.api_version)}</apiVersion>"
        f"<buyerIdentifier>{bounded_text(value.buyer_identifier, 1)}</buyerIdentifier>"
        f"<sentAt>{date_time_text(value.sent_at)}</sentAt>"
        f"<messageId>{bounded_text(value.message_id, 1)}</messageId>"
        f"<reportDateTime>{date_time_text(value.report_date_time)}</reportDateTime>"
    )
    write("<reporterContactDetails>")
    _contact_details(value.reporter_contact_details, write)
    write("</reporterContactDetails>")
    write("<endUserContactDetails>")
    _contact_details(value.end_user_contact_details, write)
    write("</endUserContactDetails>")
    write(
        f"<serviceAffected>{text(value.service_affected)}</serviceAffected>"
        f"<buyerFaultReference>{bounded_text(value.buyer_fault_reference, 1)}</buyerFaultReference>"
        f"<maintainerFaultReference>{text(value.maintainer_fault_reference)}</maintainerFaultReference>"
        f"<parentFaultReference>{text(value.parent_fault_reference)}</parentFaultReference>"
    )
    write("<faultDetails>")
    _fault_details(value.fault_details, write)
    write("</faultDetails>")
    if type(value.updates) is not list or len(value.updates) < 1:
        raise NotPlainValue
    for item in value.updates:
        write("<updates>")
        _update(item, write)
        write("</updates>")
    if (appointments := value.appointments) is not None:
        write("<appointments>")
        _appointments(appointments, write)
        write("</appointments>")


_ENCODERS = {
    bindings.NotifyInProgress: ("<notifyInProgress>", "</notifyInProgress>", _notify_in_progress),
}


def iter_decode(source: Source, element: str) -> Iterator[Any]:  # the class depends on the element
    """Yield the object of each `element` of a document while it is read, in bounded memory.

    `source` is the path of a file, or one that is open; `element` a name, or `{namespace}name`. The
    document around the elements is validated as well.

    Raises:
        InvalidDocument: where the document is not valid; what was yielded before was.
        TypeError: the source is neither a path nor a file.
        ValueError: there is no such element, or the schema has identity constraints.
    """
    return iter_decode_stream(source, element, VALIDATOR, MESSAGES)


class XmlParser(xsdata_compat.XmlParser):
    """Has the calls of xsdata's XmlParser, and validates."""

    decode = staticmethod(decode)
    messages = MESSAGES


class XmlSerializer(xsdata_compat.XmlSerializer):
    """Has the calls of xsdata's XmlSerializer, and validates."""

    encode = staticmethod(encode)
    messages = MESSAGES
