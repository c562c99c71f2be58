"""What notify-in-progress.xsd declares, and the validation of documents against it.

Emitted by schemapress from notify-in-progress.xsd: edit the XSD, and build again.
"""

from __future__ import annotations

from .runtime.builtin import BUILTIN
from .runtime.content_model import Particle, sequence
from .runtime.declaration import ComplexType, Declarations, ElementDeclaration, element
from .runtime.problem import Report
from .runtime.simple_type import Restriction, SimpleType
from .runtime.validator import Validator
from .runtime.wildcard import Wildcard
from .scanner import accepts

__all__ = ["DECLARATIONS", "NAMESPACES", "VALIDATOR", "validate"]

NAMESPACES: dict[str, str] = {}
"""The prefixes that the paths in reports use."""


REFERENCE: SimpleType = Restriction(BUILTIN["string"], "Reference", "notify-in-progress.xsd:241", min_length=1)
"""A reference that identifies something, and so is never empty."""

INCIDENT_TYPE: SimpleType = Restriction(
    BUILTIN["string"],
    "IncidentType",
    "notify-in-progress.xsd:250",
    enumeration=(
        "Impaired Service",
        "Service Outage",
        "Performance Issue",
    ),
)
"""The kinds of incident."""

FAULT_STATUS: SimpleType = Restriction(
    BUILTIN["string"],
    "FaultStatus",
    "notify-in-progress.xsd:261",
    enumeration=(
        "pending",
        "rejected",
        "accepted",
        "in-progress",
        "opened",
        "re-opened",
        "resolved",
        "closed",
    ),
)
"""Where a fault report can stand."""


def _contact_details_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of ContactDetails: notify-in-progress.xsd:101."""
    return sequence(
        element("phone", BUILTIN["string"], "notify-in-progress.xsd:106", minimum=0),
        element("email", BUILTIN["string"], "notify-in-progress.xsd:111", minimum=0),
        element("name", BUILTIN["string"], "notify-in-progress.xsd:116", minimum=0),
    )


def _fault_details_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of FaultDetails: notify-in-progress.xsd:124."""
    return sequence(
        element("description", BUILTIN["string"], "notify-in-progress.xsd:129", minimum=0),
        element("type", INCIDENT_TYPE, "notify-in-progress.xsd:134", minimum=0),
        element("faultStartTime", BUILTIN["dateTime"], "notify-in-progress.xsd:139", minimum=0),
        element("faultLocation", BUILTIN["string"], "notify-in-progress.xsd:144", minimum=0),
        element("siteAccessDetails", BUILTIN["string"], "notify-in-progress.xsd:149", minimum=0),
        element("siteAccessContactDetails", CONTACT_DETAILS, "notify-in-progress.xsd:154", minimum=0),
        element("triageComplete", BUILTIN["boolean"], "notify-in-progress.xsd:159", minimum=0),
        element("triageFindings", BUILTIN["string"], "notify-in-progress.xsd:164", minimum=0),
        element("status", FAULT_STATUS, "notify-in-progress.xsd:169", minimum=0),
    )


def _update_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Update: notify-in-progress.xsd:177."""
    return sequence(
        element("description", BUILTIN["string"], "notify-in-progress.xsd:182", minimum=0),
        element("updatedBy", BUILTIN["string"], "notify-in-progress.xsd:187", minimum=0),
        element("updatedTime", BUILTIN["dateTime"], "notify-in-progress.xsd:192", minimum=0),
    )


def _appointment_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Appointment: notify-in-progress.xsd:213."""
    return sequence(
        element("appointmentDate", BUILTIN["date"], "notify-in-progress.xsd:218", minimum=0),
        element("appointmentStartTime", BUILTIN["time"], "notify-in-progress.xsd:223", minimum=0),
        element("appointmentEndTime", BUILTIN["time"], "notify-in-progress.xsd:228", minimum=0),
        element("appointmentReservationKey", REFERENCE, "notify-in-progress.xsd:233"),
    )


def _appointments_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Appointments: notify-in-progress.xsd:200."""
    return sequence(element("appointment", APPOINTMENT, "notify-in-progress.xsd:205", minimum=0, maximum=None))


def _notify_in_progress_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of notifyInProgress: notify-in-progress.xsd:25."""
    return sequence(
        element("apiVersion", BUILTIN["string"], "notify-in-progress.xsd:27"),
        element("buyerIdentifier", REFERENCE, "notify-in-progress.xsd:32"),
        element("sentAt", BUILTIN["dateTime"], "notify-in-progress.xsd:37"),
        element("messageId", REFERENCE, "notify-in-progress.xsd:42"),
        element("reportDateTime", BUILTIN["dateTime"], "notify-in-progress.xsd:47"),
        element("reporterContactDetails", CONTACT_DETAILS, "notify-in-progress.xsd:52"),
        element("endUserContactDetails", CONTACT_DETAILS, "notify-in-progress.xsd:57"),
        element("serviceAffected", BUILTIN["string"], "notify-in-progress.xsd:62"),
        element("buyerFaultReference", REFERENCE, "notify-in-progress.xsd:67"),
        element("maintainerFaultReference", BUILTIN["string"], "notify-in-progress.xsd:72"),
        element("parentFaultReference", BUILTIN["string"], "notify-in-progress.xsd:77"),
        element("faultDetails", FAULT_DETAILS, "notify-in-progress.xsd:82"),
        element("updates", UPDATE, "notify-in-progress.xsd:87", maximum=None),
        element("appointments", APPOINTMENTS, "notify-in-progress.xsd:92", minimum=0),
    )


CONTACT_DETAILS = ComplexType("ContactDetails", "notify-in-progress.xsd:101", content=_contact_details_content)
"""How to reach a person."""

FAULT_DETAILS = ComplexType("FaultDetails", "notify-in-progress.xsd:124", content=_fault_details_content)
"""What is wrong, since when, where, and what is known of it."""

UPDATE = ComplexType("Update", "notify-in-progress.xsd:177", content=_update_content)
"""One thing that happened to the fault report."""

APPOINTMENT = ComplexType("Appointment", "notify-in-progress.xsd:213", content=_appointment_content)
"""A visit of an engineer."""

APPOINTMENTS = ComplexType("Appointments", "notify-in-progress.xsd:200", content=_appointments_content)
"""The visits that have been arranged."""

NOTIFY_IN_PROGRESS = ComplexType("notifyInProgress", "notify-in-progress.xsd:25", content=_notify_in_progress_content)


DECLARATIONS = Declarations(
    elements={
        "notifyInProgress": ElementDeclaration("notifyInProgress", NOTIFY_IN_PROGRESS, "notify-in-progress.xsd:21"),
    },
    types={
        "Reference": REFERENCE,
        "ContactDetails": CONTACT_DETAILS,
        "IncidentType": INCIDENT_TYPE,
        "FaultStatus": FAULT_STATUS,
        "FaultDetails": FAULT_DETAILS,
        "Update": UPDATE,
        "Appointment": APPOINTMENT,
        "Appointments": APPOINTMENTS,
    },
    prefixes={namespace: prefix for prefix, namespace in NAMESPACES.items()},
)

VALIDATOR = Validator(DECLARATIONS, accepts)


def validate(data: bytes) -> Report:
    """Return the report of a document: valid, or every problem that it has.

    Raises nothing for any bytes: what is not XML is a problem in the report too.
    """
    return VALIDATOR.validate(data)
