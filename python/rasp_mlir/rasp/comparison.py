# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Comparisons of a key with a query."""

from __future__ import annotations

import enum
import operator
from typing import Any, Callable


class Comparison(enum.Enum):
    """A predicate of a key and a query, in this order, for `Select`.

    >>> Comparison.LT(1, 2)
    True
    """

    EQ = "=="
    NEQ = "!="
    LT = "<"
    LEQ = "<="
    GT = ">"
    GEQ = ">="
    TRUE = "True"
    FALSE = "False"

    def __call__(self, key: Any, query: Any) -> bool:
        """Applies the predicate. Raises ValueError for None, which never compares."""
        for role, value in (("key", key), ("query", query)):
            if value is None:
                raise ValueError(f"the {role} is None, which no comparison is defined for")
        return _FUNCTIONS[self](key, query)

    @property
    def mnemonic(self) -> str:
        """The name of the predicate in the rasp dialect."""
        return _MNEMONICS[self]


_FUNCTIONS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQ: operator.eq,
    Comparison.NEQ: operator.ne,
    Comparison.LT: operator.lt,
    Comparison.LEQ: operator.le,
    Comparison.GT: operator.gt,
    Comparison.GEQ: operator.ge,
    Comparison.TRUE: lambda key, query: True,
    Comparison.FALSE: lambda key, query: False,
}

_MNEMONICS = {
    Comparison.EQ: "eq",
    Comparison.NEQ: "ne",
    Comparison.LT: "lt",
    Comparison.LEQ: "le",
    Comparison.GT: "gt",
    Comparison.GEQ: "ge",
    Comparison.TRUE: "true",
    Comparison.FALSE: "false",
}
