"""Identifiers name their kind and sort by the time of their making."""

import pytest

from kit.ids import is_id, new_id

AN_ID = "est_01a1fc3d77907677b52c5417eab9ec3e"


def test_a_new_id_has_its_prefix_and_the_form_of_an_id() -> None:
    made = new_id("est")

    assert made.startswith("est_")
    assert len(made) == 36
    assert is_id(made, "est")
    assert not is_id(made, "str")


def test_ids_are_unique_and_sort_in_the_order_of_their_making() -> None:
    made = [new_id("evt") for _ in range(5_000)]

    assert len(set(made)) == len(made)
    assert [text[:16] for text in made] == sorted(text[:16] for text in made)


@pytest.mark.parametrize("prefix", ["", "e", "esta", "EST", "e1t", "es_", "小区户"])
def test_a_prefix_is_three_small_letters(prefix: str) -> None:
    with pytest.raises(ValueError, match="three small letters"):
        new_id(prefix)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "est",
        "est_",
        "est_1",
        AN_ID.upper(),
        AN_ID + "0",
        AN_ID[:-1],
        AN_ID.replace("7677", "4677"),  # Version 4, not 7.
        AN_ID.replace("b52c", "752c"),  # Not the variant of RFC 9562.
        AN_ID + "\n",
        "est-01a1fc3d77907677b52c5417eab9ec3e",
        "est_01a1fc3d-7790-7677-b52c-5417eab9ec3e",
        None,
        17,
        b"est_01a1fc3d77907677b52c5417eab9ec3e",
    ],
)
def test_what_has_another_form_is_no_id(text: object) -> None:
    assert is_id(AN_ID, "est")
    assert not is_id(text, "est")
