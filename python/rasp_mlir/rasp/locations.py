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
from typing import TYPE_CHECKING, Any, Callable, Optional, Tuple

from ..errors import Diagnostic, Location

if TYPE_CHECKING:
    from .._core import SourceLocation

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class CallSite:
    """The instruction of the user's code that called into this package.

    Cheap to make; the column is looked up only when the location is asked for.
    """

    __slots__ = ("_code", "_instruction", "_line")

    callers: Tuple[Location, ...] = ()
    """The calls that it was made in, the innermost first, where these are known."""

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
        return KnownSite, (self.location, *self.callers)

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
    """A call of which only the location is left, as in an expression that was pickled or
    that was written in another language."""

    __slots__ = ("_location", "callers")

    def __init__(self, location: Location, *callers: Location):
        self._location = location
        self.callers = callers

    @property
    def location(self) -> Location:
        return self._location


def caller_notes(site: Optional[CallSite]) -> Tuple[Diagnostic, ...]:
    """What an error at `site` says about the calls that it was made in."""
    callers = site.callers if site else ()
    return tuple(Diagnostic("note", "called from here", caller) for caller in callers)


def places_of(site: Optional[CallSite]) -> Optional[SourceLocation]:
    """A call site as the compiler takes it: its place, then those of the callers."""
    if site is None:
        return None
    return tuple(
        # A name that is not in UTF-8 has surrogates, which MLIR's text does not.
        (place.file.encode(errors="backslashreplace").decode(), place.line, place.column)
        for place in (site.location, *site.callers)
    )


def location_of_function(function: Callable[..., Any]) -> Optional[Location]:
    """Where a Python function is defined, if it is written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if not isinstance(code, CodeType):
        return None
    return Location(code.co_filename, code.co_firstlineno)
