"""The specified validation rules, each knowing which kinds of nodes it looks at.

A rule is made anew for every document, and graphql-core then asks each of the thirty for its methods by name, kind by
kind, which is a third of what validating costs. Here that is asked once for each rule and kind.
"""

from graphql import ASTValidationRule, specified_rules
from graphql.language.visitor import EnterLeaveVisitor

_NOTHING = EnterLeaveVisitor(None, None)


def _knowing_its_kinds(rule: type[ASTValidationRule]) -> type[ASTValidationRule]:
    """Return the rule with a memory of its methods that all its instances share."""
    known: dict[str, tuple[str | None, str | None]] = {}

    def method(kind: str, when: str) -> str | None:
        return next((name for name in (f"{when}_{kind}", when) if hasattr(rule, name)), None)

    class KnowingRule(rule):  # type: ignore[valid-type, misc]
        def get_enter_leave_for_kind(self, kind: str) -> EnterLeaveVisitor:
            names = known.get(kind)
            if names is None:
                names = known[kind] = (method(kind, "enter"), method(kind, "leave"))
            if names == (None, None):
                return _NOTHING
            return EnterLeaveVisitor(*(None if name is None else getattr(self, name) for name in names))

    return KnowingRule


RULES = tuple(_knowing_its_kinds(rule) for rule in specified_rules)
