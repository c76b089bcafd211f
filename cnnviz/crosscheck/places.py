"""Places: the operations of a graph gathered by the module call in which they ran.

Other counters look at modules, so that is where their figures and ours can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnnviz.graph import Graph, Node, Shape, Weight
from cnnviz.report import Report, Term


@dataclass(frozen=True, slots=True)
class Place:
    """One call of one module, with the operations that it ran itself (not its children)."""

    path: str  # dotted, "" for the root
    cls: str
    call: int
    leaf: bool  # no module inside it ran or holds weights
    nodes: tuple[Node, ...]
    macs: int  # ours
    own_macs: tuple[int, ...]  # ours, node by node
    own_terms: tuple[tuple[Term, ...], ...]  # the products that they are the sums of

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(n.id for n in self.nodes)

    @property
    def own(self) -> Iterator[tuple[Node, int, tuple[Term, ...]]]:
        """Node by node: our multiply-accumulates and their terms."""
        return zip(self.nodes, self.own_macs, self.own_terms, strict=True)

    @property
    def key(self) -> tuple[str, int]:
        return self.path, self.call

    @property
    def out(self) -> Shape:
        """Shape of what the module gave, batch first."""
        return self.nodes[-1].out_shape

    @property
    def weights(self) -> tuple[tuple[str, Weight], ...]:
        """The tensors that the module itself holds and that ran: (name in the module, tensor).

        A tensor that several modules share bears the first one's name; where the class is the
        operation's own (Linear, Conv2d), it is this module's all the same.
        """
        found: dict[str, Weight] = {}
        start = f"{self.path}." if self.path else ""
        for n in self.nodes:
            own_class = self.cls.lower().startswith(n.op.replace("_", ""))
            for w in n.weights:
                owner, _, role = w.name.rpartition(".")
                if own_class or owner == self.path:
                    found[role if own_class else w.name.removeprefix(start)] = w
        return tuple(found.items())

    @property
    def builtin(self) -> bool:
        """Whether one operation stands for the whole module, as for those of torch.nn."""
        return self.leaf and len(self.nodes) == 1


def places(graph: Graph, report: Report) -> tuple[Place, ...]:
    """Every module call that ran operations of its own, in order of the first of them."""
    groups: dict[tuple[str, str, int], list[Node]] = {}
    for n in graph.nodes:
        if n.op not in ("input", "constant"):
            groups.setdefault(tuple(n.scope[-1]), []).append(n)  # type: ignore[arg-type]
    parents = set(_parents(graph))
    return tuple(
        Place(
            path,
            cls,
            call,
            path not in parents,
            tuple(nodes),
            sum(report.by_id[n.id].macs for n in nodes),
            tuple(report.by_id[n.id].macs for n in nodes),
            tuple(report.by_id[n.id].terms.get("macs", ()) for n in nodes),
        )
        for (path, cls, call), nodes in groups.items()
    )


def _parents(graph: Graph) -> Iterator[str]:
    """Paths of modules that hold others: those that ran, and those that hold weights."""
    for n in graph.nodes:
        for outer in n.scope[:-1]:
            yield outer.path
    for w in graph.weights:
        parts = w.name.split(".")[:-1]
        for i in range(len(parts)):
            yield ".".join(parts[:i])
