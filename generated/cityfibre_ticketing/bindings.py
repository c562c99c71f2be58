from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime


@dataclass(kw_only=True)
class Appointment:
    """
    :ivar appointment_date: The day of the appointment
    :ivar appointment_start_time: When the appointment starts
    :ivar appointment_end_time: When the appointment ends
    :ivar appointment_reservation_key: Key of the appointment's
        reservation; unique
    """

    appointment_date: None | XmlDate = field(
        default=None,
        metadata={
            "name": "appointmentDate",
            "type": "Element",
        },
    )
    appointment_start_time: None | XmlTime = field(
        default=None,
        metadata={
            "name": "appointmentStartTime",
            "type": "Element",
        },
    )
    appointment_end_time: None | XmlTime = field(
        default=None,
        metadata={
            "name": "appointmentEndTime",
            "type": "Element",
        },
    )
    appointment_reservation_key: str = field(
        metadata={
            "name": "appointmentReservationKey",
            "type": "Element",
            "min_length": 1,
        }
    )


@dataclass(kw_only=True)
class ContactDetails:
    """
    :ivar phone: Telephone number of the contact
    :ivar email: Email address of the contact
    :ivar name: Name of the contact
    """

    phone: None | str = field(
        default=None,
        metadata={
            "type": "Element",
        },
    )
    email: None | str = field(
        default=None,
        metadata={
            "type": "Element",
        },
    )
    name: None | str = field(
        default=None,
        metadata={
            "type": "Element",
        },
    )


class FaultStatus(Enum):
    PENDING = "pending"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    OPENED = "opened"
    RE_OPENED = "re-opened"
    RESOLVED = "resolved"
    CLOSED = "closed"


class IncidentType(Enum):
    IMPAIRED_SERVICE = "Impaired Service"
    SERVICE_OUTAGE = "Service Outage"
    PERFORMANCE_ISSUE = "Performance Issue"


@dataclass(kw_only=True)
class Update:
    """
    :ivar description: What the update says
    :ivar updated_by: Set by the API
    :ivar updated_time: Set by the API
    """

    description: None | str = field(
        default=None,
        metadata={
            "type": "Element",
        },
    )
    updated_by: None | str = field(
        default=None,
        metadata={
            "name": "updatedBy",
            "type": "Element",
        },
    )
    updated_time: None | XmlDateTime = field(
        default=None,
        metadata={
            "name": "updatedTime",
            "type": "Element",
        },
    )


@dataclass(kw_only=True)
class Appointments:
    appointment: list[Appointment] = field(
        default_factory=list,
        metadata={
            "type": "Element",
        },
    )


@dataclass(kw_only=True)
class FaultDetails:
    """
    :ivar description: What is wrong
    :ivar type_value:
    :ivar fault_start_time: When the fault began. ISO 8601 date format
    :ivar fault_location: Where the fault is
    :ivar site_access_details: Whether the site can be entered, and what
        an engineer needs in order to get in
    :ivar site_access_contact_details:
    :ivar triage_complete: Whether triage has been completed
    :ivar triage_findings: What an earlier diagnostics call returned
    :ivar status: Where the fault report stands, e.g. pending, rejected,
        in-progress
    """

    description: None | str = field(
        default=None,
        metadata={
            "type": "Element",
        },
    )
    type_value: None | IncidentType = field(
        default=None,
        metadata={
            "name": "type",
            "type": "Element",
        },
    )
    fault_start_time: None | XmlDateTime = field(
        default=None,
        metadata={
            "name": "faultStartTime",
            "type": "Element",
        },
    )
    fault_location: None | str = field(
        default=None,
        metadata={
            "name": "faultLocation",
            "type": "Element",
        },
    )
    site_access_details: None | str = field(
        default=None,
        metadata={
            "name": "siteAccessDetails",
            "type": "Element",
        },
    )
    site_access_contact_details: None | ContactDetails = field(
        default=None,
        metadata={
            "name": "siteAccessContactDetails",
            "type": "Element",
        },
    )
    triage_complete: None | bool = field(
        default=None,
        metadata={
            "name": "triageComplete",
            "type": "Element",
        },
    )
    triage_findings: None | str = field(
        default=None,
        metadata={
            "name": "triageFindings",
            "type": "Element",
        },
    )
    status: None | FaultStatus = field(
        default=None,
        metadata={
            "type": "Element",
        },
    )


@dataclass(kw_only=True)
class NotifyInProgress:
    """
    Tell the buyer that work on a fault report has begun.

    :ivar api_version: Version of the API that the message is written
        for
    :ivar buyer_identifier: Identifies the buyer; unique among all
        buyers
    :ivar sent_at: When this message left the sender. ISO 8601 date
        format
    :ivar message_id: Identifies this message, for the correlation of an
        answer with it
    :ivar report_date_time: When the fault report was submitted. ISO
        8601 date format
    :ivar reporter_contact_details:
    :ivar end_user_contact_details:
    :ivar service_affected: The service in which the fault shows
    :ivar buyer_fault_reference: The buyer's own reference for the
        fault; it identifies the fault and is unique
    :ivar maintainer_fault_reference: The supplier's reference for the
        fault; only populated once the ticket is 'Accepted'
    :ivar parent_fault_reference: The buyer's reference of an earlier
        fault that this one belongs to (if present)
    :ivar fault_details:
    :ivar updates:
    :ivar appointments:
    """

    class Meta:
        name = "notifyInProgress"

    api_version: str = field(
        metadata={
            "name": "apiVersion",
            "type": "Element",
        }
    )
    buyer_identifier: str = field(
        metadata={
            "name": "buyerIdentifier",
            "type": "Element",
            "min_length": 1,
        }
    )
    sent_at: XmlDateTime = field(
        metadata={
            "name": "sentAt",
            "type": "Element",
        }
    )
    message_id: str = field(
        metadata={
            "name": "messageId",
            "type": "Element",
            "min_length": 1,
        }
    )
    report_date_time: XmlDateTime = field(
        metadata={
            "name": "reportDateTime",
            "type": "Element",
        }
    )
    reporter_contact_details: ContactDetails = field(
        metadata={
            "name": "reporterContactDetails",
            "type": "Element",
        }
    )
    end_user_contact_details: ContactDetails = field(
        metadata={
            "name": "endUserContactDetails",
            "type": "Element",
        }
    )
    service_affected: str = field(
        metadata={
            "name": "serviceAffected",
            "type": "Element",
        }
    )
    buyer_fault_reference: str = field(
        metadata={
            "name": "buyerFaultReference",
            "type": "Element",
            "min_length": 1,
        }
    )
    maintainer_fault_reference: str = field(
        metadata={
            "name": "maintainerFaultReference",
            "type": "Element",
        }
    )
    parent_fault_reference: str = field(
        metadata={
            "name": "parentFaultReference",
            "type": "Element",
        }
    )
    fault_details: FaultDetails = field(
        metadata={
            "name": "faultDetails",
            "type": "Element",
        }
    )
    updates: list[Update] = field(
        default_factory=list,
        metadata={
            "type": "Element",
            "min_occurs": 1,
        },
    )
    appointments: None | Appointments = field(
        default=None,
        metadata={
            "type": "Element",
        },
    )
