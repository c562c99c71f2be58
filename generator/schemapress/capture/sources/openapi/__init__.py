"""Reads OpenAPI 3.0 and 3.1: the XML bodies of its operations, webhooks and callbacks."""

from .drafts import accepts, drafts

__all__ = ["accepts", "drafts"]
