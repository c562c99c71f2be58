"""The same document in another form: what XML leaves to the sender, and no validator may mind."""

from __future__ import annotations

import random
import re

_TAG = re.compile(rb"<[^>]*>")
_START = re.compile(rb"<([^/!?>\s][^>\s/]*)")


def dressed(document: bytes, chance: random.Random) -> bytes:
    """Return a document with comments, processing instructions, references, white space in tags or another encoding."""
    kind = chance.randrange(8)
    if kind == 0:
        return _between_tags(document, chance, b"<!-- comment -->")
    if kind == 1:
        return _between_tags(document, chance, b"<?target data?>")
    if kind == 2:
        return re.sub(rb">([0-9a-zA-Z])", lambda match: b">&#%d;" % match[1][0], document)
    if kind == 3:
        return re.sub(rb"</([^>]*)>", rb"</\1 \n>", document)
    if kind == 4:
        return re.sub(rb">([^<>&]+)<", rb"><![CDATA[\1]]><", document)
    if kind == 5:
        return document.decode().encode("utf-16")
    if kind == 6:
        return re.sub(rb'="([^"\']*)"', rb"='\1'", document)
    return _START.sub(rb"<\1\n ", document)


def _between_tags(document: bytes, chance: random.Random, construct: bytes) -> bytes:
    ends = [match.end() for match in _TAG.finditer(document)][:-1]
    for place in sorted(chance.sample(ends, min(len(ends), 2)), reverse=True):
        document = document[:place] + construct + document[place:]
    return document
