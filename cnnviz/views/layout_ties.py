"""Ties: where a side input joins and a side output ends, so that a chain stays a chain.

The virtual source and sink would draw a constant that is read late, or an auxiliary head, along
the whole network. A tie is an edge that only the layout sees: no wire is drawn for it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping

Readers = Mapping[int, set[int]]  # node -> its readers
Cuts = Callable[[Readers, list[int], set[int], set[int]], set[int]]


def late_inputs(after: Readers, entries: Collection[int]) -> list[tuple[int, int]]:
    """A node without inputs whose first reader reads something else stands beside that.

    Nodes are numbered in topological order.
    """
    before = _before(after)
    found = []
    for i in after:
        if before[i] or i in entries or not after[i]:
            continue
        others = [p for p in before[min(after[i])] if p != i and before[p]]
        if others:
            found += [(p, i) for p in before[others[0]]]
    return found


def side_outputs(
    after: Readers, order: list[int], exits: Collection[int], cuts: Cuts
) -> list[tuple[int, int]]:
    """What does not lead to the last output ends at a cut point of what does.

    As far behind the place where it branches off as it is long, but before the next one does.
    """
    if exits or not order:
        return []
    at = {node: k for k, node in enumerate(order)}
    main = max(i for i in after if not after[i])
    leading = {main} | _leading_to(after, order, main, set(order))
    path = [i for i in order if i in leading]
    side = {i for i in order if i not in leading}
    if not side:
        return []
    before = _before(after)
    points = cuts(after, path, {i for i in path if not before[i]}, {main})
    groups = {end: {end} | _leading_to(after, order, end, side) for end in side if not after[end]}
    roots = {
        end: max((at[u] for u in path if after[u] & group), default=-1)
        for end, group in groups.items()
    }
    found = []
    for end, root in roots.items():
        limit = min((r for r in roots.values() if r > root), default=len(order))
        open_ = [p for p in path if p in points and root < at[p] <= limit] if root >= 0 else []
        far = [p for p in open_ if sum(root < at[m] < at[p] for m in path) >= len(groups[end])]
        if open_:
            found.append((end, far[0] if far else open_[-1]))
    return found


def in_order(after: Readers) -> list[int]:
    """A topological order, by number where the edges leave it open."""
    waiting = {i: len(sources) for i, sources in _before(after).items()}
    ready = [i for i, n in waiting.items() if not n]
    order: list[int] = []
    while ready:
        i = heapq.heappop(ready)
        order.append(i)
        for j in after[i]:
            waiting[j] -= 1
            if not waiting[j]:
                heapq.heappush(ready, j)
    return order


def _before(after: Readers) -> dict[int, list[int]]:
    before: dict[int, list[int]] = {i: [] for i in after}
    for u, readers in after.items():
        for v in readers:
            before[v].append(u)
    return before


def _leading_to(after: Readers, order: list[int], end: int, among: set[int]) -> set[int]:
    """The nodes of `among` from which a path leads to `end`."""
    found: set[int] = set()
    for i in reversed(order):
        if i in among and (end in after[i] or after[i] & found):
            found.add(i)
    return found
