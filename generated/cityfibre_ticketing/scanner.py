"""The fast path: documents of notify-in-progress.xsd in their usual form, validated and bound by regular expressions.

Whatever is not in that form gives None, valid or not: the declarations in `validators` decide on it.
Emitted by schemapress from notify-in-progress.xsd: edit the XSD, and build again.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import bindings
from ._runtime.binding.from_text import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    NON_EMPTY,
    SPACE,
    TEXT,
    TIME,
    Expression,
    Root,
    Scanners,
    boolean,
    date,
    date_time,
    time,
)

__all__ = ["accepts", "scan"]

_FAULT_STATUS = {member.value: member for member in bindings.FaultStatus}
_INCIDENT_TYPE = {member.value: member for member in bindings.IncidentType}


_CONTACT_DETAILS = (
    rf"(?:<phone>{TEXT}</phone>{SPACE})?+"
    rf"(?:<email>{TEXT}</email>{SPACE})?+"
    rf"(?:<name>{TEXT}</name>{SPACE})?+"
)
_FAULT_DETAILS = (
    rf"(?:<description>{TEXT}</description>{SPACE})?+"
    rf"(?:<type>(Performance Issue|Impaired Service|Service Outage)</type>{SPACE})?+"
    rf"(?:<faultStartTime>{DATE_TIME}</faultStartTime>{SPACE})?+"
    rf"(?:<faultLocation>{TEXT}</faultLocation>{SPACE})?+"
    rf"(?:<siteAccessDetails>{TEXT}</siteAccessDetails>{SPACE})?+"
    rf"(?:(<siteAccessContactDetails)>{SPACE}{_CONTACT_DETAILS}</siteAccessContactDetails>{SPACE})?+"
    rf"(?:<triageComplete>{BOOLEAN}</triageComplete>{SPACE})?+"
    rf"(?:<triageFindings>{TEXT}</triageFindings>{SPACE})?+"
    rf"(?:<status>(in-progress|re-opened|rejected|accepted|resolved|pending|opened|closed)</status>{SPACE})?+"
)
_UPDATE = (
    rf"(?:<description>{TEXT}</description>{SPACE})?+"
    rf"(?:<updatedBy>{TEXT}</updatedBy>{SPACE})?+"
    rf"(?:<updatedTime>{DATE_TIME}</updatedTime>{SPACE})?+"
)
_NOTIFY_IN_PROGRESS_1 = (
    rf"<apiVersion>{TEXT}</apiVersion>{SPACE}"
    rf"<buyerIdentifier>{NON_EMPTY}</buyerIdentifier>{SPACE}"
    rf"<sentAt>{DATE_TIME}</sentAt>{SPACE}"
    rf"<messageId>{NON_EMPTY}</messageId>{SPACE}"
    rf"<reportDateTime>{DATE_TIME}</reportDateTime>{SPACE}"
    rf"<reporterContactDetails>{SPACE}{_CONTACT_DETAILS}</reporterContactDetails>{SPACE}"
    rf"<endUserContactDetails>{SPACE}{_CONTACT_DETAILS}</endUserContactDetails>{SPACE}"
    rf"<serviceAffected>{TEXT}</serviceAffected>{SPACE}"
    rf"<buyerFaultReference>{NON_EMPTY}</buyerFaultReference>{SPACE}"
    rf"<maintainerFaultReference>{TEXT}</maintainerFaultReference>{SPACE}"
    rf"<parentFaultReference>{TEXT}</parentFaultReference>{SPACE}"
    rf"<faultDetails>{SPACE}{_FAULT_DETAILS}</faultDetails>{SPACE}"
)
_NOTIFY_IN_PROGRESS_UPDATES = rf"<updates>{SPACE}{_UPDATE}</updates>{SPACE}"
_APPOINTMENT = (
    rf"(?:<appointmentDate>{DATE}</appointmentDate>{SPACE})?+"
    rf"(?:<appointmentStartTime>{TIME}</appointmentStartTime>{SPACE})?+"
    rf"(?:<appointmentEndTime>{TIME}</appointmentEndTime>{SPACE})?+"
    rf"<appointmentReservationKey>{NON_EMPTY}</appointmentReservationKey>{SPACE}"
)
_APPOINTMENTS_APPOINTMENT = rf"<appointment>{SPACE}{_APPOINTMENT}</appointment>{SPACE}"
_NOTIFY_IN_PROGRESS_APPOINTMENTS_START = rf"<appointments>{SPACE}"
_NOTIFY_IN_PROGRESS_APPOINTMENTS_END = rf"</appointments>{SPACE}"
_NOTIFY_IN_PROGRESS_2 = (
    rf"</notifyInProgress>{SPACE}"
    rf"\Z"
)
_ACCEPT_NOTIFY_IN_PROGRESS = (
    rf"{_NOTIFY_IN_PROGRESS_1}"
    rf"(?:{_NOTIFY_IN_PROGRESS_UPDATES}){{1,}}+"
    rf"(?:{_NOTIFY_IN_PROGRESS_APPOINTMENTS_START}"
    rf"(?:{_APPOINTMENTS_APPOINTMENT}){{0,}}+"
    rf"{_NOTIFY_IN_PROGRESS_APPOINTMENTS_END}){{0,1}}+"
    rf"{_NOTIFY_IN_PROGRESS_2}"
)


class _Scanner:
    """Scans documents in which the namespaces have the given prefixes ("" for the default namespace)."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._notify_in_progress_1 = Expression(_NOTIFY_IN_PROGRESS_1, prefixes)
        self._notify_in_progress_updates = Expression(_NOTIFY_IN_PROGRESS_UPDATES, prefixes)
        self._appointments_appointment = Expression(_APPOINTMENTS_APPOINTMENT, prefixes)
        self._notify_in_progress_appointments_start = Expression(_NOTIFY_IN_PROGRESS_APPOINTMENTS_START, prefixes)
        self._notify_in_progress_appointments_end = Expression(_NOTIFY_IN_PROGRESS_APPOINTMENTS_END, prefixes)
        self._notify_in_progress_2 = Expression(_NOTIFY_IN_PROGRESS_2, prefixes)
        self._accept_notify_in_progress = Expression(_ACCEPT_NOTIFY_IN_PROGRESS, prefixes, capture=False)

    def _appointments(self, text: str, position: int) -> tuple[bindings.Appointments, int] | None:
        """Scan the content of Appointments."""
        appointment = []
        while (match := self._appointments_appointment.match(text, position)) is not None:
            (
                appointment_item_appointment_date_year,
                appointment_item_appointment_date_month,
                appointment_item_appointment_date_day,
                appointment_item_appointment_date_zone,
                appointment_item_appointment_start_time_hour,
                appointment_item_appointment_start_time_minute,
                appointment_item_appointment_start_time_second,
                appointment_item_appointment_start_time_zone,
                appointment_item_appointment_end_time_hour,
                appointment_item_appointment_end_time_minute,
                appointment_item_appointment_end_time_second,
                appointment_item_appointment_end_time_zone,
                appointment_item_appointment_reservation_key,
            ) = match.groups()
            position = match.end()
            appointment.append(
                bindings.Appointment(
                    appointment_date=None
                    if appointment_item_appointment_date_year is None
                    else date(
                        appointment_item_appointment_date_year,
                        appointment_item_appointment_date_month,
                        appointment_item_appointment_date_day,
                        appointment_item_appointment_date_zone,
                    ),
                    appointment_start_time=None
                    if appointment_item_appointment_start_time_hour is None
                    else time(
                        appointment_item_appointment_start_time_hour,
                        appointment_item_appointment_start_time_minute,
                        appointment_item_appointment_start_time_second,
                        appointment_item_appointment_start_time_zone,
                    ),
                    appointment_end_time=None
                    if appointment_item_appointment_end_time_hour is None
                    else time(
                        appointment_item_appointment_end_time_hour,
                        appointment_item_appointment_end_time_minute,
                        appointment_item_appointment_end_time_second,
                        appointment_item_appointment_end_time_zone,
                    ),
                    appointment_reservation_key=appointment_item_appointment_reservation_key,
                )
            )

        return bindings.Appointments(
            appointment=appointment,
        ), position

    def _notify_in_progress(self, text: str, position: int) -> tuple[bindings.NotifyInProgress, int] | None:
        """Scan the content of notifyInProgress."""
        if (match := self._notify_in_progress_1.match(text, position)) is None:
            return None
        (
            api_version,
            buyer_identifier,
            sent_at_year,
            sent_at_month,
            sent_at_day,
            sent_at_hour,
            sent_at_minute,
            sent_at_second,
            sent_at_zone,
            message_id,
            report_date_time_year,
            report_date_time_month,
            report_date_time_day,
            report_date_time_hour,
            report_date_time_minute,
            report_date_time_second,
            report_date_time_zone,
            reporter_contact_details_phone,
            reporter_contact_details_email,
            reporter_contact_details_name,
            end_user_contact_details_phone,
            end_user_contact_details_email,
            end_user_contact_details_name,
            service_affected,
            buyer_fault_reference,
            maintainer_fault_reference,
            parent_fault_reference,
            fault_details_description,
            fault_details_type_value,
            fault_details_fault_start_time_year,
            fault_details_fault_start_time_month,
            fault_details_fault_start_time_day,
            fault_details_fault_start_time_hour,
            fault_details_fault_start_time_minute,
            fault_details_fault_start_time_second,
            fault_details_fault_start_time_zone,
            fault_details_fault_location,
            fault_details_site_access_details,
            fault_details_site_access_contact_details,
            fault_details_site_access_contact_details_phone,
            fault_details_site_access_contact_details_email,
            fault_details_site_access_contact_details_name,
            fault_details_triage_complete,
            fault_details_triage_findings,
            fault_details_status,
        ) = match.groups()
        position = match.end()
        updates = []
        while (match := self._notify_in_progress_updates.match(text, position)) is not None:
            (
                updates_item_description,
                updates_item_updated_by,
                updates_item_updated_time_year,
                updates_item_updated_time_month,
                updates_item_updated_time_day,
                updates_item_updated_time_hour,
                updates_item_updated_time_minute,
                updates_item_updated_time_second,
                updates_item_updated_time_zone,
            ) = match.groups()
            position = match.end()
            updates.append(
                bindings.Update(
                    description=updates_item_description,
                    updated_by=updates_item_updated_by,
                    updated_time=None
                    if updates_item_updated_time_year is None
                    else date_time(
                        updates_item_updated_time_year,
                        updates_item_updated_time_month,
                        updates_item_updated_time_day,
                        updates_item_updated_time_hour,
                        updates_item_updated_time_minute,
                        updates_item_updated_time_second,
                        updates_item_updated_time_zone,
                    ),
                )
            )

        if len(updates) < 1:
            return None
        appointments = None
        if (match := self._notify_in_progress_appointments_start.match(text, position)) is not None:
            found = self._appointments(text, match.end())
            if found is None or (match := self._notify_in_progress_appointments_end.match(text, found[1])) is None:
                return None
            appointments = found[0]
            position = match.end()
        if (match := self._notify_in_progress_2.match(text, position)) is None:
            return None
        position = match.end()
        return bindings.NotifyInProgress(
            api_version=api_version,
            buyer_identifier=buyer_identifier,
            sent_at=date_time(
                sent_at_year, sent_at_month, sent_at_day, sent_at_hour, sent_at_minute, sent_at_second, sent_at_zone
            ),
            message_id=message_id,
            report_date_time=date_time(
                report_date_time_year,
                report_date_time_month,
                report_date_time_day,
                report_date_time_hour,
                report_date_time_minute,
                report_date_time_second,
                report_date_time_zone,
            ),
            reporter_contact_details=bindings.ContactDetails(
                phone=reporter_contact_details_phone,
                email=reporter_contact_details_email,
                name=reporter_contact_details_name,
            ),
            end_user_contact_details=bindings.ContactDetails(
                phone=end_user_contact_details_phone,
                email=end_user_contact_details_email,
                name=end_user_contact_details_name,
            ),
            service_affected=service_affected,
            buyer_fault_reference=buyer_fault_reference,
            maintainer_fault_reference=maintainer_fault_reference,
            parent_fault_reference=parent_fault_reference,
            fault_details=bindings.FaultDetails(
                description=fault_details_description,
                type_value=None if fault_details_type_value is None else _INCIDENT_TYPE[fault_details_type_value],
                fault_start_time=None
                if fault_details_fault_start_time_year is None
                else date_time(
                    fault_details_fault_start_time_year,
                    fault_details_fault_start_time_month,
                    fault_details_fault_start_time_day,
                    fault_details_fault_start_time_hour,
                    fault_details_fault_start_time_minute,
                    fault_details_fault_start_time_second,
                    fault_details_fault_start_time_zone,
                ),
                fault_location=fault_details_fault_location,
                site_access_details=fault_details_site_access_details,
                site_access_contact_details=None
                if fault_details_site_access_contact_details is None
                else bindings.ContactDetails(
                    phone=fault_details_site_access_contact_details_phone,
                    email=fault_details_site_access_contact_details_email,
                    name=fault_details_site_access_contact_details_name,
                ),
                triage_complete=None
                if fault_details_triage_complete is None
                else boolean(fault_details_triage_complete),
                triage_findings=fault_details_triage_findings,
                status=None if fault_details_status is None else _FAULT_STATUS[fault_details_status],
            ),
            updates=updates,
            appointments=appointments,
        ), position

    def roots(self) -> Mapping[str, Root[bindings.NotifyInProgress]]:
        """How each root element is scanned."""
        return {
            "notifyInProgress": Root(self._accept_notify_in_progress, self._notify_in_progress),
        }


_SCANNERS: Scanners[bindings.NotifyInProgress] = Scanners(
    lambda prefixes: _Scanner(prefixes).roots(),
    {},
)

scan = _SCANNERS.scan
accepts = _SCANNERS.accepts
