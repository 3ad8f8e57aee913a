# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The graph of a program.

Made by networkx, which has to be installed.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, List

from ..rasp import rasp
from . import nodes

if TYPE_CHECKING:
    import networkx as nx

Node = nodes.Node
NodeID = nodes.NodeID


@dataclasses.dataclass
class ExtractRaspGraphOutput:
    """A graph with an edge from each expression to those that read it."""

    graph: nx.DiGraph
    sink: Node  # of the program's output
    sources: List[Node]  # of what reads nothing


def extract_rasp_graph(tip: rasp.SOp) -> ExtractRaspGraphOutput:
    """The graph of the expressions that `tip` depends on, each visited once.

    >>> extracted = extract_rasp_graph((rasp.tokens + rasp.indices).named("sum"))
    >>> sorted(node[nodes.ID] for node in extracted.sources)
    ['indices', 'tokens']
    """
    import networkx as nx

    graph = nx.DiGraph()
    sources: List[Node] = []
    expressions: List[rasp.RASPExpr] = [tip]
    graph.add_node(tip.label, **{nodes.ID: tip.label, nodes.EXPR: tip})
    for expression in expressions:  # grows while it is read
        if not expression.children:
            sources.append(graph.nodes[expression.label])
        for child in expression.children:
            if child.label not in graph:
                graph.add_node(child.label, **{nodes.ID: child.label, nodes.EXPR: child})
                expressions.append(child)
            graph.add_edge(child.label, expression.label)
    return ExtractRaspGraphOutput(graph=graph, sink=graph.nodes[tip.label], sources=sources)
