"""Notify Fault Report In Progress: Tell the buyer that work on a fault report has begun

`decode` makes objects of documents, `encode` documents of objects, `validate` says what is wrong with one.
Emitted by schemapress from notify-in-progress.xsd: edit the XSD, and build again.
"""

from ._runtime.limits import DocumentLimits
from ._runtime.report.problem import InvalidDocument, Problem, Report
from .codec import Message, XmlParser, XmlSerializer, decode, encode, from_json, iter_decode, to_json
from .validators import NAMESPACES, validate

__all__ = [
    "NAMESPACES",
    "DocumentLimits",
    "InvalidDocument",
    "Message",
    "Problem",
    "Report",
    "XmlParser",
    "XmlSerializer",
    "decode",
    "encode",
    "from_json",
    "iter_decode",
    "to_json",
    "validate",
]
