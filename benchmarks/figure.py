"""A figure: one ratio to a peer, and its bound."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio to a peer; `most` is the bound that it is to stay under, `least` one that it is to exceed."""

    name: str
    ratio: float
    peer: str
    most: float | None = None
    least: float | None = None

    @property
    def held(self) -> bool:
        """Whether the bound is held."""
        return (self.most is None or self.ratio <= self.most) and (self.least is None or self.ratio >= self.least)

    @property
    def bound(self) -> str:
        """The bound, as in `<= 2.5`; empty where there is none."""
        if self.most is not None:
            return f"<= {self.most}"
        return "" if self.least is None else f">= {self.least}"
