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


NON_EMPTY_STRING: SimpleType = Restriction(
    BUILTIN["string"], "NonEmptyString", "notify-in-progress.xsd:188", min_length=1
)
"""A text that is not empty."""

INCIDENT_TYPE: SimpleType = Restriction(
    BUILTIN["string"],
    "IncidentType",
    "notify-in-progress.xsd:197",
    enumeration=(
        "Impaired Service",
        "Service Outage",
        "Performance Issue",
    ),
)

FAULT_STATUS: SimpleType = Restriction(
    BUILTIN["string"],
    "FaultStatus",
    "notify-in-progress.xsd:205",
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


def _contact_details_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of ContactDetails: notify-in-progress.xsd:75."""
    return sequence(
        element("phone", BUILTIN["string"], "notify-in-progress.xsd:77", minimum=0),
        element("email", BUILTIN["string"], "notify-in-progress.xsd:82", minimum=0),
        element("name", BUILTIN["string"], "notify-in-progress.xsd:87", minimum=0),
    )


def _fault_details_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of FaultDetails: notify-in-progress.xsd:95."""
    return sequence(
        element("description", BUILTIN["string"], "notify-in-progress.xsd:97", minimum=0),
        element("type", INCIDENT_TYPE, "notify-in-progress.xsd:102", minimum=0),
        element("faultStartTime", BUILTIN["dateTime"], "notify-in-progress.xsd:103", minimum=0),
        element("faultLocation", BUILTIN["string"], "notify-in-progress.xsd:108", minimum=0),
        element("siteAccessDetails", BUILTIN["string"], "notify-in-progress.xsd:113", minimum=0),
        element("siteAccessContactDetails", CONTACT_DETAILS, "notify-in-progress.xsd:118", minimum=0),
        element("triageComplete", BUILTIN["boolean"], "notify-in-progress.xsd:119", minimum=0),
        element("triageFindings", BUILTIN["string"], "notify-in-progress.xsd:124", minimum=0),
        element("status", FAULT_STATUS, "notify-in-progress.xsd:129", minimum=0),
    )


def _update_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Update: notify-in-progress.xsd:137."""
    return sequence(
        element("description", BUILTIN["string"], "notify-in-progress.xsd:139", minimum=0),
        element("updatedBy", BUILTIN["string"], "notify-in-progress.xsd:144", minimum=0),
        element("updatedTime", BUILTIN["dateTime"], "notify-in-progress.xsd:149", minimum=0),
    )


def _appointment_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Appointment: notify-in-progress.xsd:163."""
    return sequence(
        element("appointmentDate", BUILTIN["date"], "notify-in-progress.xsd:165", minimum=0),
        element("appointmentStartTime", BUILTIN["time"], "notify-in-progress.xsd:170", minimum=0),
        element("appointmentEndTime", BUILTIN["time"], "notify-in-progress.xsd:175", minimum=0),
        element("appointmentReservationKey", NON_EMPTY_STRING, "notify-in-progress.xsd:180"),
    )


def _appointments_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of Appointments: notify-in-progress.xsd:157."""
    return sequence(element("appointment", APPOINTMENT, "notify-in-progress.xsd:159", minimum=0, maximum=None))


def _notify_in_progress_content() -> Particle[ElementDeclaration | Wildcard]:
    """Content of notifyInProgress: notify-in-progress.xsd:19."""
    return sequence(
        element("apiVersion", BUILTIN["string"], "notify-in-progress.xsd:21"),
        element("buyerIdentifier", NON_EMPTY_STRING, "notify-in-progress.xsd:26"),
        element("sentAt", BUILTIN["dateTime"], "notify-in-progress.xsd:31"),
        element("messageId", NON_EMPTY_STRING, "notify-in-progress.xsd:36"),
        element("reportDateTime", BUILTIN["dateTime"], "notify-in-progress.xsd:41"),
        element("reporterContactDetails", CONTACT_DETAILS, "notify-in-progress.xsd:46"),
        element("endUserContactDetails", CONTACT_DETAILS, "notify-in-progress.xsd:47"),
        element("serviceAffected", BUILTIN["string"], "notify-in-progress.xsd:48"),
        element("buyerFaultReference", NON_EMPTY_STRING, "notify-in-progress.xsd:53"),
        element("maintainerFaultReference", BUILTIN["string"], "notify-in-progress.xsd:58"),
        element("parentFaultReference", BUILTIN["string"], "notify-in-progress.xsd:63"),
        element("faultDetails", FAULT_DETAILS, "notify-in-progress.xsd:68"),
        element("updates", UPDATE, "notify-in-progress.xsd:69", maximum=None),
        element("appointments", APPOINTMENTS, "notify-in-progress.xsd:70", minimum=0),
    )


CONTACT_DETAILS = ComplexType("ContactDetails", "notify-in-progress.xsd:75", content=_contact_details_content)

FAULT_DETAILS = ComplexType("FaultDetails", "notify-in-progress.xsd:95", content=_fault_details_content)

UPDATE = ComplexType("Update", "notify-in-progress.xsd:137", content=_update_content)

APPOINTMENT = ComplexType("Appointment", "notify-in-progress.xsd:163", content=_appointment_content)

APPOINTMENTS = ComplexType("Appointments", "notify-in-progress.xsd:157", content=_appointments_content)

NOTIFY_IN_PROGRESS = ComplexType("notifyInProgress", "notify-in-progress.xsd:19", content=_notify_in_progress_content)


DECLARATIONS = Declarations(
    elements={
        "notifyInProgress": ElementDeclaration("notifyInProgress", NOTIFY_IN_PROGRESS, "notify-in-progress.xsd:15"),
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
