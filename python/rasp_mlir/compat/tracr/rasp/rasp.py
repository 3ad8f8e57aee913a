# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The language: the objects of `rasp_mlir.rasp`, with more than Tracr's module has.

Beside them the names that Tracr's module has for types and for defaults.
"""

from __future__ import annotations

from typing import Any, FrozenSet, List, Tuple, TypeVar, Union

from .... import rasp as _language
from ....rasp import *  # noqa: F403
from ....rasp.expressions import default_encoding, default_name

NumericValue = Union[int, float]
Value = Union[None, int, float, str, bool, Tuple[Any, ...], FrozenSet[Any]]
SelectorValue = List[List[bool]]
"""The rows of a selector: `value[query][key]`."""

VT = TypeVar("VT", bound=Value)
RASPExprT = TypeVar("RASPExprT", bound=_language.RASPExpr)
SOpT = TypeVar("SOpT", bound=_language.SOp)

__all__ = [
    "NumericValue",
    "RASPExprT",
    "SOpT",
    "SelectorValue",
    "VT",
    "Value",
    "default_encoding",
    "default_name",
]
__all__ += _language.__all__
