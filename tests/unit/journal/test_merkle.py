"""The Merkle tree against the definitions of RFC 9162."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from tradebook.journal import merkle
from tradebook.journal.merkle import Frontier, Node, Range

CHAIN = [sha256(b"%d" % n).digest() for n in range(600)]
LEAVES = [merkle.leaf(hash_) for hash_ in CHAIN]


def tree_hash(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return merkle.parent(tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def proof(ranges: list[Range]) -> list[bytes]:
    return [tree_hash(LEAVES[first:end]) for first, end in ranges]


sizes = st.integers(1, 600)


@given(st.integers(0, 600))
def test_the_frontier_has_the_root_of_the_whole_tree(size: int) -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    assert (frontier.size, frontier.root()) == (size, tree_hash(LEAVES[:size]))


@given(st.lists(st.integers(0, 100), max_size=6))
def test_the_frontier_reports_every_complete_subtree_however_it_grows(steps: list[int]) -> None:
    frontier, nodes = Frontier(), dict[Node, bytes]()
    for step in steps:
        for run in frontier.extend(LEAVES[frontier.size : frontier.size + step]):
            nodes.update({(run.level, run.first_index + n): hash_ for n, hash_ in enumerate(run.hashes)})
    size = sum(steps)
    assert (frontier.size, frontier.root()) == (size, tree_hash(LEAVES[:size]))
    assert nodes == {
        (level, index): tree_hash(LEAVES[index << level : (index + 1) << level])
        for level in range(1, 10)
        for index in range(size >> level)
    }


@given(sizes, sizes)
def test_a_frontier_goes_on_from_its_peaks(size: int, more: int) -> None:
    size, more = sorted((size, more))
    peaks = {
        level: tree_hash(LEAVES[index << level : (index + 1) << level])
        for level, index in merkle.peaks_of((0, size))
    }
    frontier = Frontier(size, peaks)
    frontier.extend(LEAVES[size:more])
    assert frontier.root() == tree_hash(LEAVES[:more])


@given(sizes, st.data())
def test_every_leaf_is_proven_to_be_included(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root = proof(merkle.inclusion_ranges(index, size)), tree_hash(LEAVES[:size])
    assert merkle.verify_inclusion(LEAVES[index], index, size, path, root)
    assert not merkle.verify_inclusion(sha256(b"other").digest(), index, size, path, root)
    assert not merkle.verify_inclusion(LEAVES[index], index, size, [*path, root], root)
    assert not merkle.verify_inclusion(LEAVES[index], size, size, path, root)
    if path:
        assert not merkle.verify_inclusion(LEAVES[index], index, size, path[:-1], root)
        assert not merkle.verify_inclusion(LEAVES[index], (index + 1) % size, size, path, root)


@given(sizes, sizes)
def test_a_tree_is_proven_to_continue_an_earlier_one(earlier: int, size: int) -> None:
    earlier, size = sorted((earlier, size))
    path = proof(merkle.consistency_ranges(earlier, size))
    roots = tree_hash(LEAVES[:earlier]), tree_hash(LEAVES[:size])
    assert merkle.verify_consistency(earlier, size, *roots, path)
    assert not merkle.verify_consistency(earlier, size, sha256(b"x").digest(), roots[1], path)
    assert not merkle.verify_consistency(earlier, size, roots[0], sha256(b"x").digest(), path)
    assert not merkle.verify_consistency(size + 1, size, *roots, path)
    assert not merkle.verify_consistency(earlier, size, *roots, [*path, roots[0]])
    if path:
        assert not merkle.verify_consistency(earlier, size, *roots, path[:-1])


@given(sizes, sizes)
def test_every_range_of_a_proof_folds_from_complete_subtrees(one: int, other: int) -> None:
    earlier, size = sorted((one, other))
    ranges = [*merkle.inclusion_ranges(earlier - 1, size), *merkle.consistency_ranges(earlier, size)]
    for first, end in ranges:
        peaks = [
            tree_hash(LEAVES[i << level : (i + 1) << level]) for level, i in merkle.peaks_of((first, end))
        ]
        assert merkle.fold(peaks) == tree_hash(LEAVES[first:end])


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == merkle.EMPTY_ROOT == tree_hash([])
