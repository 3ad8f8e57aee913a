# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Evaluation in which a query sees only keys at or before it."""

from __future__ import annotations

from typing import Any, List, Sequence

from . import rasp


class CausalEvaluator(rasp.DefaultRASPEvaluator):
    """Evaluates expressions as a causal model does."""

    causal = True


def evaluate(expr: rasp.RASPExpr, xs: Sequence[Any]) -> List[Any]:
    """The value of `expr` on `xs` where selectors see only keys at or before the query.

    >>> evaluate(rasp.length, ["a", "b", "c"])
    [1, 2, 3]
    """
    return CausalEvaluator().evaluate(expr, xs)
