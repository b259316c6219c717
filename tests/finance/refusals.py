"""What a client sees of a refusal."""

from collections.abc import Callable

import pytest

from kit.errors import Refusal


def refusal_of(act: Callable[[], object]) -> tuple[str, tuple[str, ...], str | None]:
    """Return the code, the path and the value with which the act is refused; the test fails if it is not."""
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code, refused.value.path, refused.value.value
