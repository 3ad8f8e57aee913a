# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where in the user's source an expression was written."""

from __future__ import annotations

import inspect
import os
import sys
from itertools import islice
from types import CodeType
from typing import Any, Callable, Optional, Tuple

from ..errors import Location

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class CallSite:
    """The instruction of the user's code that called into this package.

    Cheap to make; the column is looked up only when the location is asked for.
    """

    __slots__ = ("_code", "_instruction", "_line")

    def __init__(self, code: CodeType, instruction: int, line: int):
        self._code = code
        self._instruction = instruction
        self._line = line

    @classmethod
    def current(cls) -> Optional[CallSite]:
        """That of the innermost frame outside of this package, if there is one."""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
            frame = frame.f_back  # type: ignore[assignment]
        if frame is None or frame.f_code.co_filename.startswith("<frozen importlib"):
            return None  # the package itself is being imported
        return cls(frame.f_code, frame.f_lasti, frame.f_lineno or 1)

    def __reduce__(self) -> Tuple[Any, ...]:
        return KnownSite, (self.location,)

    @property
    def location(self) -> Location:
        column = 0
        if hasattr(self._code, "co_positions"):  # Python 3.11
            positions = next(
                islice(self._code.co_positions(), self._instruction // 2, None), None
            )
            if positions is not None and positions[0] == self._line and positions[2] is not None:
                column = positions[2] + 1
        return Location(self._code.co_filename, self._line, column)


class KnownSite(CallSite):
    """A call of which only the location is left, as in an expression that was pickled."""

    __slots__ = ("_location",)

    def __init__(self, location: Location):
        self._location = location

    @property
    def location(self) -> Location:
        return self._location


def location_of_function(function: Callable[..., Any]) -> Optional[Location]:
    """Where a Python function is defined, if it is written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if not isinstance(code, CodeType):
        return None
    return Location(code.co_filename, code.co_firstlineno)
