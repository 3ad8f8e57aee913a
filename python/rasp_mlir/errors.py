# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What goes wrong, as exceptions that say where and what would help.

    >>> import rasp_mlir
    >>> from rasp_mlir import rasp
    >>> try:
    ...     rasp_mlir.compile(rasp.tokens // rasp.indices, vocab={1, 2}, max_seq_len=3)
    ... except rasp_mlir.CompilationError as error:
    ...     print(error.message)
    `x // y` raises ZeroDivisionError on 1, 0, which can occur: integer division or modulo by zero
"""

from __future__ import annotations

import linecache
import re
from dataclasses import dataclass
from typing import Optional, Sequence


@dataclass(frozen=True)
class Location:
    """A place in a source file. Lines and columns count from 1; column 0 is unknown."""

    file: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")

    @property
    def source(self) -> str:
        """The line of the file, or an empty string if it cannot be read."""
        return linecache.getline(self.file, self.line).rstrip()


@dataclass(frozen=True)
class Diagnostic:
    """One report of the compiler: `severity` is "error", "warning", "remark" or "note"."""

    severity: str
    message: str
    location: Optional[Location] = None
    notes: tuple["Diagnostic", ...] = ()

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        lines = [f"{place}{self.severity}: {self.message}"]
        if self.location and self.location.source:
            lines += [f"    {line}" for line in _marked(self.location)]
        lines += [str(note) for note in self.notes]
        return "\n".join(lines)


def _marked(location: Location) -> list[str]:
    """The line of a location, and a caret below its column if that is known."""
    line = location.source.lstrip()
    indentation = len(location.source) - len(line)
    # Columns are bytes of UTF-8.
    before = location.source.encode(errors="surrogateescape")[: location.column - 1]
    column = len(before.decode(errors="replace")) - indentation
    if location.column == 0 or column < 0:
        return [line]
    # Tabs stay, so that the caret is below its character.
    return [line, re.sub(r"[^\t]", " ", line[:column]) + "^"]


class RaspError(Exception):
    """Any error of this package that a program or its input causes."""


class CompilationError(RaspError, ValueError):
    """A program that cannot be compiled, with the compiler's diagnostics.

    `location` and `notes` are those of the first error. The text shows the lines
    of the program that the diagnostics point at. `expression` is the s-op or the
    selector that cannot be compiled, where that is known.
    """

    expression: Optional[object] = None

    def __init__(self, diagnostics: Sequence[Diagnostic] | str):
        if isinstance(diagnostics, str):
            diagnostics = [Diagnostic("error", diagnostics)]
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.diagnostics,)

    @property
    def _first(self) -> Optional[Diagnostic]:
        errors = [d for d in self.diagnostics if d.severity == "error"]
        return errors[0] if errors else next(iter(self.diagnostics), None)

    @property
    def message(self) -> str:
        """The message of the first error, without its place."""
        return self._first.message if self._first else ""

    @property
    def location(self) -> Optional[Location]:
        """The place in the program that the first error is at."""
        return self._first.location if self._first else None

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What the first error says beside its message: what is involved, what would help."""
        return self._first.notes if self._first else ()


class ParseError(CompilationError):
    """IR that does not parse or does not verify."""


class EvaluationError(CompilationError):
    """A program that is undefined on an input, or an input that it does not allow."""
