"""Graph → Report: every number of the app comes from `analyze`, which is pure."""

from __future__ import annotations

from collections.abc import Iterator

from cnnviz.analysis import cost, flops, memory
from cnnviz.analysis.depth import depths
from cnnviz.analysis.receptive_field import Fields, receptive_fields
from cnnviz.analysis.rollup import scopes
from cnnviz.analysis.rules import COUNTED, FREE, NO
from cnnviz.graph import Graph, Node
from cnnviz.report import ADDITIVE, Report, Row, Term, Totals

__all__ = ["analyze"]


def analyze(graph: Graph) -> Report:
    """Every number about a traced graph; conventions: docs/conventions.md.

    `totals.smallest_input` is None: finding it takes more than one trace (engine.report does).
    """
    fields = receptive_fields(graph)
    rows = tuple(_rows(graph, fields, depths(graph, fields.gates)))
    return Report(
        name=graph.name,
        title=graph.title,
        inputs=tuple(graph.by_id[i].out_shape for i in graph.inputs),
        totals=_totals(graph, rows, fields),
        rows=rows,
        scopes=scopes(graph, rows),
        not_counted=tuple(r.id for r in rows if r.counted == NO),
    )


def _rows(graph: Graph, fields: Fields, depth: dict[str, int]) -> Iterator[Row]:
    owner: dict[int, str] = {}  # weight identity -> the node where it was counted
    for n in graph.nodes:
        terms = _terms(n, owner)
        found = fields.of[n.id]
        shared = [owner[w.identity] for w in n.weights if w.trainable and w.identity in owner]
        owner |= {w.identity: n.id for w in n.weights if w.identity not in owner}
        yield Row(
            id=n.id,
            op=n.op,
            scope=tuple(s.path for s in n.scope if s.path),
            inputs=tuple(e.node for e in n.inputs),
            in_shapes=n.in_shapes,
            out_shapes=tuple(o.shape for o in n.outputs),
            shared_with=shared[0] if shared else None,
            terms=terms,
            counted=_counted(n, terms),
            depth=depth[n.id],
            receptive_field=next(iter(found.values()), None),
            receptive_fields=found,
            attrs=n.attrs,
            **{q: sum([t.value for t in terms[q]]) if terms[q] else 0 for q in ADDITIVE},
        )


def _terms(n: Node, seen: dict[int, str]) -> dict[str, tuple[Term, ...]]:
    """Quantity -> the products that sum to it."""
    known = seen.keys()
    found: dict[str, tuple[Term, ...]] = dict.fromkeys(ADDITIVE, ())
    if n.weights:
        found["params"] = tuple(cost.numbers(n, known, trainable=True))
        found["buffers"] = tuple(cost.numbers(n, known, trainable=False))
    for table in (cost.macs, flops.flops, cost.connections):
        rule = table.get(n.op)
        if rule:
            found[table.quantity] = tuple(rule(n))
    found["activations"] = tuple(cost.activations(n))
    found["memory_access"] = tuple(cost.memory_access(n))
    return found


def _counted(n: Node, terms: dict[str, tuple[Term, ...]]) -> str:
    """Whether the op's arithmetic is counted. A dropout that does nothing is free."""
    status = flops.flops.status(n.op)
    return FREE if status == COUNTED and not terms["flops"] else status


def _totals(graph: Graph, rows: tuple[Row, ...], fields: Fields) -> Totals:
    sums = {q: sum(getattr(r, q) for r in rows) for q in ADDITIVE}
    executed = sums.pop("params")
    ends = {e.node for e in graph.outputs}
    return Totals(
        params=sum(w.numel for w in graph.weights if w.trainable),
        params_executed=executed,
        depth=max((r.depth for r in rows if r.id in ends), default=0),
        receptive_field=fields.last[1] if fields.last else None,
        receptive_field_at=fields.last[0] if fields.last else None,
        smallest_input=None,
        memory=memory.memory(graph),
        **sums,
    )
