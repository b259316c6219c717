"""The tree against the recursive definition of RFC 9162 §2.1.1, and its proofs against every forgery of one byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.ledger.merkle import (
    EMPTY_ROOT,
    Node,
    Tree,
    consistency_holds,
    consistency_ranges,
    hash_of_range,
    inclusion_holds,
    inclusion_ranges,
    leaf_hash,
    node_hash,
)

SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33]


def definition(leaves: list[bytes]) -> bytes:
    """The root as the RFC defines it: split at the largest power of two below the size."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(definition(leaves[:split]), definition(leaves[split:]))


def grown(size: int) -> tuple[list[bytes], list[Tree], dict[Node, bytes]]:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    trees = [Tree()]
    nodes: dict[Node, bytes] = {}
    for leaf in leaves:
        tree, made = trees[-1].append(leaf)
        trees.append(tree)
        nodes.update(made)
    return leaves, trees, nodes


def test_known_hashes_of_the_prefixes() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Tree().root == EMPTY_ROOT


@pytest.mark.parametrize("size", SIZES)
def test_the_grown_root_is_the_defined_one(size: int) -> None:
    leaves, trees, _ = grown(size)

    assert trees[size].root == definition(leaves)


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_has_a_proof_and_it_proves_no_other_leaf(size: int) -> None:
    leaves, trees, nodes = grown(size)
    root = trees[size].root

    for position in range(size):
        path = [hash_of_range(*span, nodes.__getitem__) for span in inclusion_ranges(position, size)]
        for claimed in range(size):
            holds = inclusion_holds(leaf=leaves[claimed], position=position, size=size, path=path, root=root)
            assert holds is (claimed == position)


@pytest.mark.parametrize("size", SIZES)
def test_every_earlier_tree_has_a_consistency_proof_and_it_fits_no_other_root(size: int) -> None:
    _, trees, nodes = grown(size)

    for old_size in range(1, size + 1):
        path = [hash_of_range(*span, nodes.__getitem__) for span in consistency_ranges(old_size, size)]
        for claimed in range(1, size + 1):
            holds = consistency_holds(
                old_size=old_size, old_root=trees[claimed].root, size=size, root=trees[size].root, path=path
            )
            assert holds is (claimed == old_size)


@given(size=st.integers(1, 60), position=st.integers(0, 59), place=st.integers(0, 10), bit=st.integers(0, 7))
def test_a_proof_with_one_flipped_bit_or_a_step_too_few_does_not_hold(
    size: int, position: int, place: int, bit: int
) -> None:
    position %= size
    leaves, trees, nodes = grown(size)
    path = [hash_of_range(*span, nodes.__getitem__) for span in inclusion_ranges(position, size)]
    if path:
        forged = list(path)
        step = place % len(path)
        forged[step] = bytes([forged[step][0] ^ (1 << bit)]) + forged[step][1:]
        for wrong in (forged, path[:-1], [*path, path[0]]):
            assert not inclusion_holds(
                leaf=leaves[position], position=position, size=size, path=wrong, root=trees[size].root
            )


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="no leaf 5"):
        inclusion_ranges(5, 5)
    with pytest.raises(ValueError, match="does not begin"):
        consistency_ranges(6, 5)
    assert not inclusion_holds(leaf=b"", position=5, size=5, path=(), root=b"")
