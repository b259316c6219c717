"""Who was paid: a name of 1 to 100 printable characters."""

import pytest

from services.finance.domain.payee import checked_payee
from tests.finance.refusals import refusal_of

PATH = ("input", "payee")


@pytest.mark.parametrize(("told", "name"), [(" 王保洁 ", "王保洁"), ("王", "王"), ("王" * 100, "王" * 100)])
def test_a_payee_is_named_without_space_around(told: str, name: str) -> None:
    assert checked_payee(told, path=PATH) == name


@pytest.mark.parametrize("told", ["", " ", "王" * 101, "王\x00"])
def test_what_is_no_name_is_refused(told: str) -> None:
    assert refusal_of(lambda: checked_payee(told, path=PATH)) == ("VALIDATION", PATH, told)
