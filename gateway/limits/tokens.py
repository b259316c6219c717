"""The document as tokens, cut off at the limit: nothing behind it is read."""

import re
from collections.abc import Collection
from itertools import islice
from operator import itemgetter

from gateway.limits.refusal import at_most

# Possessive throughout, and an unclosed string is one token to its end: time grows with the text alone.
_TOKEN = re.compile(
    r"(?:[\s,\ufeff]++|#[^\n\r]*+)*+"
    r"(\.\.\.|[!$&(){}:=@\[\]|]|[_A-Za-z][_0-9A-Za-z]*+|-?[0-9][0-9.eE+\-]*+"
    r'|"""(?:[^"\\]++|\\"""|\\|"(?!""))*+(?:""")?|"(?:[^"\\\n\r]++|\\.)*+"?|\Z|.)',
    re.DOTALL,
)
_text = itemgetter(1)


def places_of(document: str, tokens: Collection[int]) -> dict[int, int]:
    """Return where in the document the tokens of these numbers begin."""
    wanted = frozenset(tokens)
    found = enumerate(islice(_TOKEN.finditer(document), max(wanted, default=-1) + 1))
    return {number: token.start(1) for number, token in found if number in wanted}


def read_tokens(document: str, characters_max: int, tokens_max: int) -> list[str]:
    """Return the document's tokens without ignored ones; raises LimitExceeded."""
    at_most("characters", characters_max, len(document))
    # One more than allowed, and one for the empty match at the end.
    read_max = tokens_max + 2 if tokens_max else None
    tokens = list(map(_text, islice(_TOKEN.finditer(document), read_max)))
    while tokens and not tokens[-1]:
        tokens.pop()
    at_most("tokens", tokens_max, len(tokens))
    return tokens
