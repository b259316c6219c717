"""Hostile requests, one of every class and size that is known to hurt somebody: at the limits, and far beyond them."""

from typing import Any

import orjson

TYPENAME = "__typename"
FIELD = "estates { nodes { id } }"


def hostile_bodies() -> dict[str, bytes]:
    """Return the bodies by what is wrong with them."""
    bodies = {name: orjson.dumps({"query": query}) for name, query in {**_shapes(), **_values()}.items()}
    bodies.update({name: orjson.dumps(sent) for name, sent in _variables().items()})
    bodies.update(
        {
            "a batch of 1,000": orjson.dumps([{"query": "{ __typename }"}] * 1_000),
            "a batch of 20,000": orjson.dumps([{"query": "{ __typename }"}] * 20_000),
            "JSON nested 100,000 deep": b'{"query":' + b"[" * 100_000,
            "2 MB that is no JSON": b'{"query":"' + b"x" * 2_000_000,
            "2 MB of no UTF-8": b"\xff" * 2_000_000,
        }
    )
    return bodies


def _shapes() -> dict[str, str]:
    """Return documents whose selections are hostile."""
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(450))
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    cycle = " ".join(f"fragment F{n} on Query {{ ...F{(n + 1) % 190} }}" for n in range(190))
    wide_cycle = " ".join(f"fragment F{n} on Query {{ {' '.join(f'...F{m}' for m in range(40))} }}" for n in range(40))
    wide = " ".join(f"fragment F{n} on Query {{ {FIELD} }}" for n in range(240))
    return {
        "braces nested 3,000 deep": "{ a " * 3_000,
        "braces nested 199 deep": "{ a " * 199 + "}" * 199,
        "fields nested 65 deep": "{ node " * 65 + "}" * 65,
        "inline fragments nested 3,000 deep": "{ ... " * 3_000,
        "1,300 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(1_300)) + " }",
        "10,000 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(10_000)) + " }",
        "501 root fields": "{ " + " ".join(f"a{n}: {FIELD}" for n in range(501)) + " }",
        "3,990 root fields": "{ " + "a " * 3_990 + "}",
        "one field 3,900 times": "{ estates { nodes { " + "id " * 3_900 + "} } }",
        "300 times one field with fields": "{ " + FIELD * 300 + " }",
        "unknown fields, within the limits": "{ " + " ".join(f"a{n} {{ b c d e f }}" for n in range(490)) + " }",
        "one fragment spread 1,900 times": "{ " + "...F " * 1_900 + "} fragment F on Query { a b c d e f }",
        "240 fragments, each spread": "{ " + " ".join(f"...F{n}" for n in range(240)) + " } " + wide,
        "240 fragments, none spread": "{ __typename } " + wide,
        "fragments in fragments, 450 deep": "{ ...F0 } " + chain + " fragment F450 on Query { __typename }",
        "fragments doubling 60 times": "{ ...F0 } " + doubling + " fragment F60 on Query { __typename }",
        "fragments in a circle of 190": "{ ...F0 } " + cycle,
        "fragments that all spread all": "{ ...F0 } " + wide_cycle,
        "a fragment that spreads itself": "{ ...F } fragment F on Query { ...F }",
        "1,001 directives": "{ __typename " + "@skip(if: false) " * 1_001 + "}",
        "1,000 unknown directives": "{ __typename " + "@a " * 1_000 + "}",
        "900 skips, one too often": "{ __typename " + "@skip(if: true) " * 900 + "}",
        "100 operations": " ".join(f"query Q{n} {{ {FIELD} }}" for n in range(100)),
        "790 operations": " ".join(f"query Q{n} {{ __typename }}" for n in range(790)),
        "introspection 20 levels deep": "{ __schema { types { " + "fields { type { " * 20 + "name" + " }" * 43,
        "introspection 100 times": "{ "
        + " ".join(f"a{n}: __schema {{ types {{ fields {{ type {{ fields {{ name }} }} }} }} }}" for n in range(100))
        + " }",
        "introspection of every type in every type": "{ __schema { types { fields { type { possibleTypes { fields { "
        "type { interfaces { name } } } } } } } } }",
        "3,990 words of nothing": "a " * 3_990,
        "3,990 closing braces": "}" * 3_990,
    }


def _values() -> dict[str, str]:
    """Return documents whose arguments are hostile."""

    def argument(value: str) -> str:
        return f"{{ estates(first: {value}) {{ nodes {{ id }} }} }}"

    return {
        "a string of 190,000 characters": argument('"' + "x" * 190_000 + '"'),
        "a string of 95,000 escapes": argument('"' + "\\n" * 95_000 + '"'),
        "a string of 1,000,000 characters": argument('"' + "x" * 1_000_000 + '"'),
        "a block string of 60,000 lines": argument('"""' + " x\n" * 60_000 + '"""'),
        "a string that never ends": '{ estates(first: "' + "x" * 190_000,
        "a number of 190,000 digits": argument("9" * 190_000),
        "a number of 4,000 digits": argument("9" * 4_000),
        "a name of 190,000 letters": "{ " + "a" * 190_000 + " }",
        "a list of 3,900 numbers": argument("[" + "1 " * 3_900 + "]"),
        "lists nested 1,900 deep": argument("[" * 1_900 + "]" * 1_900),
        "lists nested 195 deep": argument("[" * 195 + "]" * 195),
        "objects nested 950 deep": argument("{a: " * 950 + "1" + "}" * 950),
        "an object of 1,300 members": argument("{" + " ".join(f"a{n}: {n}" for n in range(1_300)) + "}"),
        "1,300 arguments": "{ estates(" + " ".join(f"a{n}: {n}" for n in range(1_300)) + ") { nodes { id } } }",
        "a page of 1,000,000": argument("1000000"),
        "pages in pages": "{ estates(first: 9999) { nodes { buildings(first: 9999) { nodes { id } } } } }",
        "950 variables": "query (" + " ".join(f"$v{n}: Int" for n in range(950)) + ") { __typename }",
        "two strings of 9,900 characters": "{ " + " ".join([f'a(b: "{"x" * 9_900}")'] * 2) + " }",
        "23,900 characters of comment": "#" * 23_900,
        "23,900 commas": "{" + "," * 23_900,
        "200,000 characters of comment": "#" * 199_990,
        "10,000,000 characters of comment": "#" * 10_000_000,
        "190,000 commas": "{" + "," * 190_000,
        "a character that is none": "{ \x00 }",
    }


def _variables() -> dict[str, dict[str, Any]]:
    """Return requests whose variables are hostile."""
    one = "query ($v: Int) { estates(first: $v) { nodes { id } } }"
    filtered = "query ($v: EstateFilter) { estates(filter: $v) { nodes { id } } }"
    nested: Any = 1
    for _ in range(250):
        nested = {"a": nested}
    return {
        "50,000 variables": {"query": one, "variables": {f"{n:x}": 1 for n in range(50_000)}},
        "11,900 variables": {"query": one, "variables": {f"{n:x}": 1 for n in range(11_900)}},
        "a variable of 80,000 numbers": {"query": one, "variables": {"v": list(range(80_000))}},
        "a variable of 49,000 numbers": {"query": one, "variables": {"v": list(range(49_000))}},
        "a variable of 500,000 characters": {"query": one, "variables": {"v": "x" * 500_000}},
        "a variable of 2,000,000 characters": {"query": one, "variables": {"v": "x" * 2_000_000}},
        "a variable nested 250 deep": {"query": filtered, "variables": {"v": nested}},
        "a variable of 11,900 members": {"query": filtered, "variables": {"v": {f"a{n}": n for n in range(11_900)}}},
        "a variable of 1,000 members": {"query": filtered, "variables": {"v": {f"a{n}": n for n in range(700)}}},
    }
