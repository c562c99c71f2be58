"""The lexical forms of dates and times: one grammar, from which all that reads and writes them is made."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from schemapress_runtime.binding import from_text, to_text
from schemapress_runtime.xsd.dates import FORMS, MAX_OFFSET, OFFSETS, DateForm, days_in_month
from schemapress_runtime.xsd.pattern import compile_pattern
from schemapress_runtime.xsd.primitive import PRIMITIVES

forms = st.sampled_from(list(FORMS.values()))


@given(st.data(), forms)
def test_a_usual_text_is_valid(data: st.DataObject, form: DateForm) -> None:
    expression = form.usual.replace("?+", "?").replace("(?!02-(?:29|3)|(?:0[469]|11)-31)", "")  # for hypothesis
    text = data.draw(st.from_regex(expression, fullmatch=True))

    is_usual = re.fullmatch(form.usual, text) is not None
    assert not is_usual or form.parse(text) is not None
    assert is_usual == (re.fullmatch(form.usual_without_groups, text) is not None)


@given(st.data(), forms)
def test_the_pattern_of_xml_schema_admits_what_the_form_admits(data: st.DataObject, form: DateForm) -> None:
    text = data.draw(st.from_regex(form.xsd_pattern, fullmatch=True).filter(str.isascii))
    fields = re.search(r"-?(\d{4,})", text)

    assert compile_pattern(form.xsd_pattern)(text)
    if form.parse(text) is None:  # the year 0000, a day that its month has not, or a time behind 24:00:00
        is_year_zero = fields is not None and int(fields[1]) == 0
        assert is_year_zero or "T24:" in text or text.startswith("24:") or re.search("-(29|30|31)", text), text


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("dateTime", ["2024-02-29T24:00:00Z", "-0001-12-31T00:00:00.5+14:00"], ["2023-02-29T00:00:00", "2024-01-01"]),
        ("time", ["24:00:00", "00:00:59.999-13:59"], ["24:00:01", "00:00:60", "00:00:00+14:01"]),
        ("date", ["2000-02-29", "12345-01-01Z"], ["0000-01-01", "1900-02-29", "02024-01-01", "2024-1-01"]),
        ("gYearMonth", ["2024-02"], ["2024-13", "2024-02-01"]),
        ("gYear", ["-0044", "2024+01:00"], ["0000", "24", "+2024"]),
        ("gMonthDay", ["--02-29"], ["--02-30", "02-29"]),
        ("gDay", ["---31Z"], ["---32", "--31"]),
        ("gMonth", ["--12"], ["--13", "--12--"]),
    ],
)
def test_each_form_is_that_of_its_paragraph(name: str, valid: list[str], invalid: list[str]) -> None:
    assert [text for text in valid if FORMS[name].parse(text) is None] == []
    assert [text for text in invalid if FORMS[name].parse(text) is not None] == []
    assert PRIMITIVES[name].description == FORMS[name].description


@pytest.mark.parametrize("name", ["dateTime", "date", "time"])
@given(st.data())
def test_a_usual_text_is_read_and_written_as_it_was(name: str, data: st.DataObject) -> None:
    make = {"dateTime": from_text.date_time, "date": from_text.date, "time": from_text.time}[name]
    write = {"dateTime": to_text.date_time_text, "date": to_text.date_text, "time": to_text.time_text}[name]
    expression = {"dateTime": from_text.DATE_TIME, "date": from_text.DATE, "time": from_text.TIME}[name]
    sample = re.sub(r"\(\?:\\\.\[0-9\]\{1,9\}\)\?\+", "", expression).replace("?+", "?")
    text = data.draw(st.from_regex(sample.replace("(?!02-(?:29|3)|(?:0[469]|11)-31)", ""), fullmatch=True))
    match = re.fullmatch(expression, text)
    if match is not None:
        value = make(*match.groups())  # type: ignore[operator]  # each takes as many texts as its expression has groups

        assert isinstance(value, XmlDate | XmlDateTime | XmlTime)
        assert write(value) == re.sub(r"[+-]00:00$", "Z", text)


def test_a_zone_is_at_most_fourteen_hours_from_utc() -> None:
    assert {max(OFFSETS.values()), -min(OFFSETS.values())} == {MAX_OFFSET}
    assert len(OFFSETS) == 2 * (MAX_OFFSET + 1) + 1


def test_a_leap_year_has_one_day_more() -> None:
    assert [sum(days_in_month(year, month) for month in range(1, 13)) for year in (2023, 2024, 1900, 2000)] == [
        365,
        366,
        365,
        366,
    ]
