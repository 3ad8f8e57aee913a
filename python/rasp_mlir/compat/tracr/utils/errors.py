# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that are not defined everywhere."""

from __future__ import annotations

import functools
import logging
from typing import Any, Callable


def ignoring_arithmetic_errors(fun: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gives None, and logs a warning, where `fun` raises an ArithmeticError.

    >>> reciprocal = ignoring_arithmetic_errors(lambda x: 1 / x)
    >>> reciprocal(4), reciprocal(0)
    (0.25, None)
    """

    @functools.wraps(fun)
    def total(*args: Any) -> Any:
        try:
            return fun(*args)
        except ArithmeticError as error:
            logging.getLogger(__name__).warning("%s on %s gives None", error, args)
            return None

    return total
