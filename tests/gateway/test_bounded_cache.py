"""The cache of documents and plans: two bounds, the most recently used stay."""

import pytest

from gateway.bounded_cache import BoundedCache


def cache(size: int, weight_max: int) -> BoundedCache[str]:
    """Return a cache of texts that weigh as much as they are long."""
    return BoundedCache(size, weight_max, lambda _key, text: len(text))


def keys(of: BoundedCache[str]) -> list[str]:
    """Return the keys, the latest used first."""
    return [key for key, _ in of.recent(100)]


@pytest.mark.parametrize(("number", "kept"), [(2, ["1", "0"]), (3, ["2", "1", "0"]), (4, ["3", "2", "1"])])
def test_no_more_values_than_its_size_are_kept(number: int, kept: list[str]) -> None:
    known = cache(3, 1_000)

    for value in range(number):
        known.put(str(value), "value")

    assert keys(known) == kept


@pytest.mark.parametrize(("length", "kept"), [(5, ["b", "a"]), (6, ["b", "a"]), (7, ["b"])])
def test_no_more_weight_than_its_bound_is_kept(length: int, kept: list[str]) -> None:
    known = cache(10, 10)

    known.put("a", "xxxx")
    known.put("b", "x" * length)

    assert keys(known) == kept
    assert known.weight == sum(len(value) for _, value in known.recent(10))


def test_a_value_heavier_than_the_bound_is_not_kept() -> None:
    known = cache(10, 10)

    known.put("a", "x" * 11)

    assert (known.get("a"), len(known), known.weight) == (None, 0, 0)


def test_what_was_used_last_stays() -> None:
    known = cache(2, 1_000)
    known.put("a", "x")
    known.put("b", "x")

    assert known.get("a") == "x"
    known.put("c", "x")

    assert keys(known) == ["c", "a"]


def test_a_value_put_again_weighs_once() -> None:
    known = cache(10, 10)

    known.put("a", "xxxxxx")
    known.put("a", "xx")

    assert (known.get("a"), known.weight) == ("xx", 2)
