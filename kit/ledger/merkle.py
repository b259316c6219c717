"""The Merkle tree of a book's postings, as RFC 9162 §2.1 has it: leaf and node prefixes, proofs and their checks.

A tree of n leaves is kept as the hashes of its complete subtrees, `(level, offset)`, which never change once they are
full; every root and every proof is folded from those.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_LEAF_PREFIX: Final = b"\x00"
_NODE_PREFIX: Final = b"\x01"
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """The place of a complete subtree: it covers the leaves offset·2^level up to (offset + 1)·2^level."""

    level: int
    offset: int


NodeHashes = Mapping[Node, bytes]


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf's content."""
    return hashlib.sha256(_LEAF_PREFIX + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


@dataclass(frozen=True)
class Tree:
    """A tree that only grows: its number of leaves, and the hashes of its complete subtrees, left to right."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has {self.size.bit_count()} peaks, not {len(self.peaks)}")

    @property
    def root(self) -> bytes:
        """The root hash; of an empty tree, the hash of nothing."""
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT

    def append(self, leaf: bytes) -> tuple["Tree", list[tuple[Node, bytes]]]:
        """Return the tree with one more leaf (a leaf hash), and the complete subtrees that it brought about."""
        peaks = list(self.peaks)
        place = Node(0, self.size)
        hashed = leaf
        made = [(place, hashed)]
        while place.offset % 2 == 1:
            hashed = node_hash(peaks.pop(), hashed)
            place = Node(place.level + 1, place.offset // 2)
            made.append((place, hashed))
        peaks.append(hashed)
        return Tree(self.size + 1, tuple(peaks)), made


def nodes_of_range(start: int, end: int) -> tuple[Node, ...]:
    """Return the complete subtrees that make up the leaves from `start` up to `end`, left to right.

    The range is one that a proof splits off: `start` is a multiple of the largest power of two within its length.
    """
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def inclusion_ranges(position: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of leaves whose hashes prove that a leaf is in the tree, from the leaf upwards."""
    if not 0 <= position < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {position}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return tuple(reversed(ranges))


def consistency_ranges(old_size: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of leaves whose hashes prove that the tree of `size` begins with the one of `old_size`."""
    if not 0 < old_size <= size:
        raise ValueError(f"a tree of {size} leaves does not begin with one of {old_size}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    is_whole_old_tree = True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
            is_whole_old_tree = False
    if not is_whole_old_tree:
        ranges.append((start, end))
    return tuple(reversed(ranges))


def hash_of_range(start: int, end: int, hash_of: Callable[[Node], bytes]) -> bytes:
    """Return the hash of a range that a proof splits off, folded from its complete subtrees."""
    return _fold([hash_of(node) for node in nodes_of_range(start, end)])


def inclusion_holds(*, leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether the path proves the leaf hash at `position` of the tree with that root (RFC 9162 §2.1.3.2)."""
    if not 0 <= position < size:
        return False
    here, last, result = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here % 2 == 1 or here == last:
            result = node_hash(sibling, result)
            while here % 2 == 0 and here != 0:
                here, last = here >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and result == root


def consistency_holds(*, old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether the path proves that the old tree is the beginning of the new one (RFC 9162 §2.1.4.2)."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not path and old_root == root
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    here, last = old_size - 1, size - 1
    while here % 2 == 1:
        here, last = here >> 1, last >> 1
    old_result = result = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if here % 2 == 1 or here == last:
            old_result = node_hash(sibling, old_result)
            result = node_hash(sibling, result)
            while here % 2 == 0 and here != 0:
                here, last = here >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old_result == old_root and result == root


def _split(size: int) -> int:
    """Return the largest power of two below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over complete subtrees of falling size."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result
