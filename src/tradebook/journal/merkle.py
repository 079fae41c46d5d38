"""The Merkle tree of RFC 9162 (section 2.1) over the chain hashes of the journal.

The leaf at index ``i`` (0-based) is ``SHA-256(0x00 ‖ chain hash at position i + 1)``, an inner node
``SHA-256(0x01 ‖ left ‖ right)``. A proof is described by the ranges of leaves whose subtree roots make it up,
so that it can be put together from stored roots. All functions are pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

EMPTY_ROOT = sha256(b"").digest()

Range = tuple[int, int]
"""Leaves ``first`` up to, not including, ``end``."""
Node = tuple[int, int]
"""A complete subtree: (level, index) covers the leaves index·2^level up to (index + 1)·2^level."""


def leaf(chain_hash: bytes) -> bytes:
    """The tree's leaf for an event."""
    return sha256(b"\x00" + chain_hash).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return sha256(b"\x01" + left + right).digest()


class Run(NamedTuple):
    """Complete subtrees of one level, side by side."""

    level: int
    first_index: int
    hashes: list[bytes]


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, at most one a level."""

    def __init__(self, size: int = 0, peaks: Mapping[int, bytes] | None = None) -> None:
        self.size = size
        self._peaks = dict(peaks or {})

    def extend(self, leaves: Sequence[bytes]) -> list[Run]:
        """Add leaves; gives the subtrees they complete, from the second level up."""
        completed: list[Run] = []
        level, start, nodes = 0, self.size, list(leaves)
        self.size += len(nodes)
        while nodes:
            if start & 1:
                start -= 1
                nodes.insert(0, self._peaks.pop(level))
            if len(nodes) & 1:
                self._peaks[level] = nodes.pop()
            pairs = zip(nodes[::2], nodes[1::2], strict=True)
            nodes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            start >>= 1
            level += 1
            if nodes:
                completed.append(Run(level, start, nodes.copy()))
        return completed

    def copy(self) -> Frontier:
        """One that can grow by itself."""
        return Frontier(self.size, self._peaks)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.size:
            return EMPTY_ROOT
        return fold([self._peaks[level] for level in sorted(self._peaks, reverse=True)])


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root above complete subtrees that stand side by side, largest first."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = parent(peak, root)
    return root


def peaks_of(range_: Range) -> list[Node]:
    """The complete subtrees that make up a range of a proof, from left to right.

    Such a range begins at a multiple of the next power of two, so they are largest first.
    """
    first, end = range_
    nodes: list[Node] = []
    while first < end:
        level = (end - first).bit_length() - 1
        nodes.append((level, first >> level))
        first += 1 << level
    return nodes


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """PATH(m, D[n]) of RFC 9162, 2.1.3.1: the siblings from the leaf up to the root."""
    first, end = 0, size
    siblings: list[Range] = []
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((first, middle))
            first = middle
    return siblings[::-1]


def consistency_ranges(earlier: int, size: int) -> list[Range]:
    """PROOF(m, D[n]) of RFC 9162, 2.1.4.1, for 0 < m <= n."""
    first, end, whole = 0, size, True
    ranges: list[Range] = []
    while end > earlier:
        middle = first + _split(end - first)
        if earlier <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((first, middle))
            first, whole = middle, False
    if not whole:
        ranges.append((first, end))
    return ranges[::-1]


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def verify_inclusion(leaf_: bytes, index: int, size: int, path: Iterable[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2: whether the leaf stands at ``index`` of the tree with this root."""
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf_
    for sibling in path:
        if not last:
            return False
        if node & 1 or node == last:
            result = parent(sibling, result)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            result = parent(result, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and result == root


def verify_consistency(
    earlier: int, size: int, earlier_root: bytes, root: bytes, path: Sequence[bytes]
) -> bool:
    """RFC 9162, 2.1.4.2: whether the tree of ``size`` continues that of ``earlier``."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not path and earlier_root == root
    hashes = list(path) if earlier & (earlier - 1) else [earlier_root, *path]
    if not hashes:
        return False
    node, last = earlier - 1, size - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = hashes[0]
    for hash_ in hashes[1:]:
        if not last:
            return False
        if node & 1 or node == last:
            old, new = parent(hash_, old), parent(hash_, new)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new = parent(new, hash_)
        node >>= 1
        last >>= 1
    return last == 0 and old == earlier_root and new == root
