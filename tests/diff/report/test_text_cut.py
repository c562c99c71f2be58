"""Two texts, cut where they differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemapress.diff.report.text_cut import cut_both

SHARED = "The identifier of the organisation that publishes the activity, which must be in the format "


def test_long_texts_show_where_they_begin_to_differ() -> None:
    before, after = cut_both(f"{SHARED}of the register.", f"{SHARED}of the list of codes.", 40)

    assert before == "…format of the register."
    assert after == "…format of the list of codes."


def test_short_texts_stay_as_they_are() -> None:
    assert cut_both("a", "b" * 40, 40) == ("a", "b" * 40)


@given(st.text(), st.text(), st.text(), st.integers(8, 40))
def test_texts_that_differ_do_so_in_what_is_left_of_them(same: str, one: str, other: str, longest: int) -> None:
    before, after = cut_both(same + one, same + other, longest)

    assert (before == after) == (same + one == same + other)
    assert max(len(before), len(after)) <= longest + 2
