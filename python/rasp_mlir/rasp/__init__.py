# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""RASP, embedded in Python: Tracr's language with its names, and what it lacks.

An s-op has a value at every position of the input, a selector says which positions look
at which. Programs are made from `tokens` and `indices`, can be called on a list of
tokens, and are compiled by `rasp_mlir.compile`. RASP is the language of Weiss et al.
2021, "Thinking Like Transformers" (arXiv:2106.06981); the form that it has here is that
of Lindner et al. 2023, "Tracr" (arXiv:2301.05062).

    >>> from rasp_mlir import rasp
    >>> same = rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.EQ)
    >>> histogram = rasp.SelectorWidth(same).named("histogram")
    >>> histogram(["a", "b", "a"])
    [2, 1, 2]
"""

from .comparison import Comparison
from .evaluation import DefaultRASPEvaluator, RASPEvaluator, evaluate
from .expressions import (
    Encoding,
    RASPExpr,
    annotate,
    categorical,
    get_encoding,
    is_categorical,
    is_numerical,
    numerical,
)
from .selectors import (
    Best,
    ConstantSelector,
    Predicate,
    Select,
    Selector,
    SelectorAnd,
    SelectorNot,
    SelectorOr,
    best,
    selector_and,
    selector_not,
    selector_or,
)
from .sops import (
    Aggregate,
    ConstantSOp,
    Full,
    IndicesType,
    LengthType,
    LinearSequenceMap,
    Map,
    SelectorWidth,
    SequenceMap,
    SOp,
    Sum,
    TokensType,
    indices,
    length,
    maximum,
    minimum,
    sop_not,
    tokens,
    where,
)

__all__ = [
    "Aggregate",
    "Best",
    "Comparison",
    "ConstantSOp",
    "ConstantSelector",
    "DefaultRASPEvaluator",
    "Encoding",
    "Full",
    "IndicesType",
    "LengthType",
    "LinearSequenceMap",
    "Map",
    "Predicate",
    "RASPEvaluator",
    "RASPExpr",
    "SOp",
    "Select",
    "Selector",
    "SelectorAnd",
    "SelectorNot",
    "SelectorOr",
    "SelectorWidth",
    "SequenceMap",
    "Sum",
    "TokensType",
    "annotate",
    "best",
    "categorical",
    "evaluate",
    "get_encoding",
    "indices",
    "is_categorical",
    "is_numerical",
    "length",
    "maximum",
    "minimum",
    "numerical",
    "selector_and",
    "selector_not",
    "selector_or",
    "sop_not",
    "tokens",
    "where",
]
