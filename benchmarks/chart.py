"""A bar chart as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

_WIDTH, _BAR, _GAP, _LABEL = 720, 22, 10, 210


def chart(times: Mapping[str, float]) -> str:
    """Return a chart of times in microseconds, fastest first; bars are cut where they would dwarf the rest."""
    ordered = sorted(times.items(), key=lambda item: item[1])
    longest = ordered[min(len(ordered) - 1, 3)][1] * 1.15
    rows = []
    for index, (name, value) in enumerate(ordered):
        y = 44 + index * (_BAR + _GAP)
        width = min(value / longest, 1) * (_WIDTH - _LABEL - 110)
        colour = "#0f766e" if name.startswith("schemapress") else "#94a3b8"
        cut = " »" if value > longest else ""
        rows.append(
            f'<text x="{_LABEL - 10}" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LABEL}" y="{y}" width="{width:.1f}" height="{_BAR}" rx="3" fill="{colour}"/>'
            f'<text x="{_LABEL + width + 8:.1f}" y="{y + 16}">{value:,.0f} µs{cut}</text>'
        )
    height = 54 + len(ordered) * (_BAR + _GAP)
    style = "font: 14px system-ui, sans-serif; fill: #1e293b"
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<g style="{style}"><text x="{_LABEL}" y="26" font-weight="bold">Decode one message</text>'
        f"{''.join(rows)}</g></svg>\n"
    )
