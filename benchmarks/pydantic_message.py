"""The ticketing message as pydantic-xml models, written by hand as its users do."""

from __future__ import annotations

import datetime

from pydantic_xml import BaseXmlModel, element, wrapped

from cityfibre_ticketing.bindings import FaultStatus, IncidentType


class Contact(BaseXmlModel):
    phone: str | None = element(default=None)
    email: str | None = element(default=None)
    name: str | None = element(default=None)


class Fault(BaseXmlModel):
    description: str | None = element(default=None)
    type: IncidentType | None = element(default=None)
    faultStartTime: datetime.datetime | None = element(default=None)  # noqa: N815  # the name of the element
    faultLocation: str | None = element(default=None)  # noqa: N815
    siteAccessDetails: str | None = element(default=None)  # noqa: N815
    siteAccessContactDetails: Contact | None = element(default=None)  # noqa: N815
    triageComplete: bool | None = element(default=None)  # noqa: N815
    triageFindings: str | None = element(default=None)  # noqa: N815
    status: FaultStatus | None = element(default=None)


class Update(BaseXmlModel):
    description: str | None = element(default=None)
    updatedBy: str | None = element(default=None)  # noqa: N815
    updatedTime: datetime.datetime | None = element(default=None)  # noqa: N815


class Appointment(BaseXmlModel):
    appointmentDate: datetime.date | None = element(default=None)  # noqa: N815
    appointmentStartTime: datetime.time | None = element(default=None)  # noqa: N815
    appointmentEndTime: datetime.time | None = element(default=None)  # noqa: N815
    appointmentReservationKey: str = element()  # noqa: N815


class Message(BaseXmlModel, tag="notifyInProgress"):
    apiVersion: str = element()  # noqa: N815
    buyerIdentifier: str = element()  # noqa: N815
    sentAt: datetime.datetime = element()  # noqa: N815
    messageId: str = element()  # noqa: N815
    reportDateTime: datetime.datetime = element()  # noqa: N815
    reporterContactDetails: Contact = element()  # noqa: N815
    endUserContactDetails: Contact = element()  # noqa: N815
    serviceAffected: str = element()  # noqa: N815
    buyerFaultReference: str = element()  # noqa: N815
    maintainerFaultReference: str = element()  # noqa: N815
    parentFaultReference: str | None = element(default=None)  # noqa: N815
    faultDetails: Fault = element()  # noqa: N815
    updates: list[Update] = element()
    appointments: list[Appointment] = wrapped("appointments", element("appointment", default=[]))
