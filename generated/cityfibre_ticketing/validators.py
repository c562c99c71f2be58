"""What notify-in-progress.xsd declares, and the validation of documents against it.

Emitted by schemapress from notify-in-progress.xsd: edit the XSD, and build again.
"""

from __future__ import annotations

from ._runtime.report.problem import Report
from ._runtime.validation.validator import Validator
from ._runtime.xsd.builtin import BUILTIN
from ._runtime.xsd.declaration import ComplexType, Declarations, ElementDeclaration, element
from ._runtime.xsd.particle import Particle, sequence
from ._runtime.xsd.simple_type import Restriction, SimpleType
from ._runtime.xsd.wildcard import Wildcard
from .scanner import accepts

__all__ = ["DECLARATIONS", "NAMESPACES", "VALIDATOR", "validate"]

NAMESPACES: dict[str, str] = {}
"""The prefixes that the paths in reports use."""


NON_EMPTY_STRING: SimpleType = Restriction(BUILTIN["string"], "NonEmptyString", min_length=1)
"""A text that is not empty."""

INCIDENT_TYPE: SimpleType = Restriction(
    BUILTIN["string"], "IncidentType", enumeration=("Impaired Service", "Service Outage", "Performance Issue")
)

FAULT_STATUS: SimpleType = Restriction(
    BUILTIN["string"],
    "FaultStatus",
    enumeration=("pending", "rejected", "accepted", "in-progress", "opened", "re-opened", "resolved", "closed"),
)


def _contact_details_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of ContactDetails."""
    return sequence(
        element("phone", BUILTIN["string"], minimum=0),
        element("email", BUILTIN["string"], minimum=0),
        element("name", BUILTIN["string"], minimum=0),
    )


def _fault_details_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of FaultDetails."""
    return sequence(
        element("description", BUILTIN["string"], minimum=0),
        element("type", INCIDENT_TYPE, minimum=0),
        element("faultStartTime", BUILTIN["dateTime"], minimum=0),
        element("faultLocation", BUILTIN["string"], minimum=0),
        element("siteAccessDetails", BUILTIN["string"], minimum=0),
        element("siteAccessContactDetails", CONTACT_DETAILS, minimum=0),
        element("triageComplete", BUILTIN["boolean"], minimum=0),
        element("triageFindings", BUILTIN["string"], minimum=0),
        element("status", FAULT_STATUS, minimum=0),
    )


def _update_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Update."""
    return sequence(
        element("description", BUILTIN["string"], minimum=0),
        element("updatedBy", BUILTIN["string"], minimum=0),
        element("updatedTime", BUILTIN["dateTime"], minimum=0),
    )


def _appointment_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Appointment."""
    return sequence(
        element("appointmentDate", BUILTIN["date"], minimum=0),
        element("appointmentStartTime", BUILTIN["time"], minimum=0),
        element("appointmentEndTime", BUILTIN["time"], minimum=0),
        element("appointmentReservationKey", NON_EMPTY_STRING),
    )


def _appointments_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Appointments."""
    return sequence(element("appointment", APPOINTMENT, minimum=0, maximum=None))


def _notify_in_progress_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of notifyInProgress."""
    return sequence(
        element("apiVersion", BUILTIN["string"]),
        element("buyerIdentifier", NON_EMPTY_STRING),
        element("sentAt", BUILTIN["dateTime"]),
        element("messageId", NON_EMPTY_STRING),
        element("reportDateTime", BUILTIN["dateTime"]),
        element("reporterContactDetails", CONTACT_DETAILS),
        element("endUserContactDetails", CONTACT_DETAILS),
        element("serviceAffected", BUILTIN["string"]),
        element("buyerFaultReference", NON_EMPTY_STRING),
        element("maintainerFaultReference", BUILTIN["string"]),
        element("parentFaultReference", BUILTIN["string"]),
        element("faultDetails", FAULT_DETAILS),
        element("updates", UPDATE, maximum=None),
        element("appointments", APPOINTMENTS, minimum=0),
    )


CONTACT_DETAILS = ComplexType("ContactDetails", content=_contact_details_content)

FAULT_DETAILS = ComplexType("FaultDetails", content=_fault_details_content)

UPDATE = ComplexType("Update", content=_update_content)

APPOINTMENT = ComplexType("Appointment", content=_appointment_content)

APPOINTMENTS = ComplexType("Appointments", content=_appointments_content)

NOTIFY_IN_PROGRESS = ComplexType("notifyInProgress", content=_notify_in_progress_content)


DECLARATIONS = Declarations(
    elements={
        "notifyInProgress": ElementDeclaration("notifyInProgress", NOTIFY_IN_PROGRESS),
    },
    types={
        "NonEmptyString": NON_EMPTY_STRING,
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
