# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs in RASP's own language, `.rasp` files, as objects of the embedded one.

    >>> import rasp_mlir
    >>> from rasp_mlir import rasp
    >>> program = rasp_mlir.loads('''
    ...     # rasp: vocab = "abc", max_seq_len = 5
    ...     def shifted(sequence, n) {
    ...         return aggregate(select(indices, indices - n, ==), sequence, "-");
    ...     }
    ...     previous = shifted(tokens, 1);
    ... ''')
    >>> program.previous("abc")
    ['-', 'a', 'b']
    >>> program.shifted(program.previous, 1)("abc")
    ['-', '-', 'a']
    >>> program.compile()("cab").decoded
    ['-', 'c', 'a']
"""

from __future__ import annotations

import inspect
import itertools
import linecache
import os
from fractions import Fraction
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from . import _core, rasp
from .model import Model
from .program import (
    Program,
    check_special_tokens,
    checked_integer,
    checked_kind,
    checked_vocabulary,
    pipeline_options,
)
from .rasp.evaluation import MAX_LENGTH
from .rasp.expressions import RASPExpr
from .rasp.locations import CallSite, places_of
from .rasp.values import checked_flag
from .source_expressions import SourceExpressions

Path = Union[str, "os.PathLike[str]"]

_ATOMS = (bool, int, float, str, Fraction, np.generic)

_numbers = itertools.count(2)


def _show_library() -> None:
    """Makes the lines of the library known to errors that point into it."""
    name, text = _core.Source.library()
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)


_show_library()


class SourceFunction:
    """A function of a `.rasp` file.

    Takes s-ops and selectors of the embedded language, numbers, strings, lists, dicts and
    functions of the same file. What it returns is of these, for several results a tuple.

    Raises `CompilationError` where the function does, with its line and that of the call,
    and TypeError for what is no value of RASP.

    >>> from rasp_mlir import loads, rasp
    >>> program = loads("def both(x, y) { return x + y, x * y; }")
    >>> total, product = program.both(rasp.tokens, rasp.indices)
    >>> total([5, 6]), product([5, 6])
    ([5, 7], [0, 6])
    """

    def __init__(self, program: SourceProgram, function: _core.SourceFunction):
        self._program = program
        self._function = function
        self.__name__ = function.name

    @property
    def parameters(self) -> Tuple[str, ...]:
        """The names of its parameters."""
        return tuple(self._function.parameters)

    @property
    def __signature__(self) -> inspect.Signature:
        kind = inspect.Parameter.POSITIONAL_ONLY
        return inspect.Signature([inspect.Parameter(name, kind) for name in self.parameters])

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if named:
            arguments += self._arguments_of(named, self.parameters[len(arguments) :])
        given = [self._program._to_source(argument, self) for argument in arguments]
        result = self._function.call(given, places_of(CallSite.current()))
        return self._program._from_source(result)

    def _arguments_of(self, named: Dict[str, Any], names: Sequence[str]) -> Tuple[Any, ...]:
        for name in [*named, *names]:
            if name not in names or name not in named:
                raise TypeError(
                    f"expected {', '.join(self.parameters)} as the arguments of {self.__name__},"
                    f" found {'another' if name in named else 'no'} {name!r}"
                )
        return tuple(named[name] for name in names)

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled: load the file where it is needed")

    def __repr__(self) -> str:
        return f"<function {self.__name__}({', '.join(self.parameters)}) of {self._program!r}>"


class SourceProgram(Mapping[str, Any]):
    """What a `.rasp` file defines: a read-only mapping from its names, in their order.

    Names are attributes too, where the class itself has none of that name. S-ops and
    selectors are expressions of the embedded language, functions can be called with these,
    all other values are those of Python. What begins with `_`, and what the library defines,
    such as `length` and `sort`, can be asked for likewise, and is not listed.

    >>> from rasp_mlir import loads
    >>> program = loads("_one = 1; next = indices + _one; same = select(tokens, tokens, ==);")
    >>> list(program)
    ['next', 'same']
    >>> program.next("ab"), program["same"]("ab"), program.length("ab")
    ([1, 2], [[True, False], [False, True]], [2, 2])
    """

    def __init__(self, source: _core.Source, filename: str):
        self._source = source
        self._filename = filename
        self._settings = source.settings
        self._names = [name for name in source.names if not name.startswith("_")]
        self._expressions = SourceExpressions(source)
        self._output: Optional[rasp.SOp] = None

    def __getitem__(self, name: str) -> Any:
        if not isinstance(name, str):
            raise KeyError(name)
        return self._from_source(self._source.get(name))

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    # Two files are never the same program, whatever they define.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(self._unknown(name)) from None

    def _unknown(self, name: str) -> str:
        similar = self._source.find_similar(name)
        hint = f"; did you mean {similar!r}?" if similar else ""
        return f"{self!r} defines no {name!r}{hint}"

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self]

    def __repr__(self) -> str:
        return f"<rasp_mlir program {self._filename!r}>"

    def __copy__(self) -> SourceProgram:
        return self  # which never changes

    def __deepcopy__(self, memo: Any) -> SourceProgram:
        return self

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled: load its file where it is needed")

    @property
    def output(self) -> rasp.SOp:
        """The s-op that the file computes: that of its settings, else the one assigned last.

        Raises `ParseError` if there is none.
        """
        if self._output is None:
            output: rasp.SOp = self._from_source(self._source.get_output())
            self._output = output
        return self._output

    @property
    def vocab(self) -> Optional[List[Any]]:
        """The tokens in the settings of the file, or None."""
        return self._settings.get("vocab")

    @property
    def max_seq_len(self) -> Optional[int]:
        """The greatest length of an input in the settings of the file, or None."""
        return self._settings.get("max_seq_len")

    @property
    def causal(self) -> bool:
        """Whether the settings of the file say `causal = True`."""
        return bool(self._settings["causal"])

    @property
    def name(self) -> str:
        """What the settings of the file call the program, or else the name of the file."""
        return str(self._settings["name"])

    def module(
        self,
        output: Union[None, str, rasp.SOp] = None,
        vocab: Optional[Iterable[Any]] = None,
        max_seq_len: Optional[int] = None,
        causal: Optional[bool] = None,
        *,
        name: Optional[str] = None,
        bos: Optional[str] = None,
        pad: Optional[str] = None,
        output_kind: Optional[str] = None,
    ) -> _core.Module:
        """The program in MLIR: see `compile`.

        >>> from rasp_mlir import loads
        >>> print(loads("next = indices + 1;").module(vocab="ab", max_seq_len=3))
        ... # doctest: +ELLIPSIS
        module {
          rasp.program @program(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64> ...
        """
        made = self._made(output, vocab, max_seq_len, causal, name, bos, pad, output_kind)
        return made.module if isinstance(made, Program) else made

    def compile(
        self,
        output: Union[None, str, rasp.SOp] = None,
        vocab: Optional[Iterable[Any]] = None,
        max_seq_len: Optional[int] = None,
        causal: Optional[bool] = None,
        *,
        name: Optional[str] = None,
        bos: Optional[str] = None,
        pad: Optional[str] = None,
        output_kind: Optional[str] = None,
        **options: Any,
    ) -> Model:
        """Compiles an s-op to a transformer.

        An s-op of the file is compiled as `rasp-opt` does, one that is made of others too as
        `rasp_mlir.compile` does.

        Args:
          output: the name of an s-op, or an s-op; that of the file if it is None.
          vocab: the tokens that may occur.
          max_seq_len: the greatest number of tokens of an input.
          causal: whether a query sees only keys at or before it.
          name, bos, pad: what the program, the token before every input and the one that
            fills batches are called.
          output_kind: how the output is read, "categorical" or "numerical"; the settings
            speak of the output of the file only.
          options: as of `rasp_mlir.compile`.

        What is not given is as the settings of the file say.

        Raises:
          CompilationError: if the program cannot be compiled, with its line.
          KeyError: if the file has no such name.
          ValueError: if neither the arguments nor the file say what is compiled for.

        >>> from rasp_mlir import loads
        >>> program = loads('''
        ...     # rasp: vocab = "ab"
        ...     last = tokens[-1];
        ... ''')
        >>> program.compile(max_seq_len=4)("aab").decoded
        ['b', 'b', 'b']
        """
        texts = pipeline_options(options)
        made = self._made(output, vocab, max_seq_len, causal, name, bos, pad, output_kind)
        if isinstance(made, Program):
            return made.compile(**options)
        return Model(made, options=texts)

    def _made(
        self,
        output: Union[None, str, rasp.SOp],
        vocab: Optional[Iterable[Any]],
        max_seq_len: Optional[int],
        causal: Optional[bool],
        name: Optional[str],
        bos: Optional[str],
        pad: Optional[str],
        output_kind: Optional[str],
    ) -> Union[_core.Module, Program]:
        sop = self.output if output is None else output
        if isinstance(sop, str):
            try:
                sop = self[sop]
            except KeyError:
                raise KeyError(self._unknown(sop)) from None
        if not isinstance(sop, rasp.SOp):
            raise TypeError(f"expected an s-op or the name of one to compile, found {sop!r}")
        vocab, max_seq_len = self._what_for(vocab, max_seq_len)
        if name is None:
            name = sop.given_name if output is not None else None
            name = name or self.name
        if bos is None:
            bos = str(self._settings["bos"])
        if pad is None:
            pad = str(self._settings["pad"])
        causal = self.causal if causal is None else checked_flag(causal, "causal")
        if output_kind is not None:
            output_kind = checked_kind(output_kind)
        elif output is None:
            # The settings speak of the output of the file.
            output_kind = self._settings.get("output_kind")
        is_text = {isinstance(token, str) for token in vocab}
        is_plain = len(is_text) == 1 and all(isinstance(token, _ATOMS) for token in vocab)
        if not is_plain or not self._expressions.all_of_file(sop):
            return Program(
                sop,
                vocab,
                max_seq_len,
                causal,
                name=name,
                bos=bos,
                pad=pad,
                output_kind=output_kind,
            )
        check_special_tokens(bos, pad, vocab)
        return self._expressions.node_of(sop).lower(
            name,
            vocab,
            max_seq_len,
            causal=causal,
            bos=bos,
            pad=pad,
            output_kind=output_kind or "",
        )

    def _what_for(
        self, vocab: Optional[Iterable[Any]], max_seq_len: Optional[int]
    ) -> Tuple[List[Any], int]:
        vocab = self.vocab if vocab is None else checked_vocabulary(vocab)
        if vocab is None:
            raise ValueError(
                f"{self!r} does not say which tokens may occur: give them by vocab=, or begin the"
                ' file with a comment such as \'# rasp: vocab = ["a", "b"]\''
            )
        if max_seq_len is None and self.max_seq_len is None:
            raise ValueError(
                f"{self!r} does not say how long an input may be: give the length by max_seq_len=,"
                " or begin the file with a comment such as '# rasp: max_seq_len = 10'"
            )
        length = self.max_seq_len if max_seq_len is None else max_seq_len
        return vocab, checked_integer(length, "max_seq_len", 1, MAX_LENGTH)

    def _from_source(self, value: Any, known: Optional[Dict[int, Any]] = None) -> Any:
        """A value of the file as one of Python. What is one object stays one."""
        if isinstance(value, _core.SourceNode):
            return self._expressions.expression_of(value)
        if isinstance(value, _core.SourceFunction):
            return SourceFunction(self, value)
        if not isinstance(value, (list, tuple, dict)):
            return value
        if known is None:
            known = {}
        if id(value) not in known:
            if isinstance(value, dict):
                items = {key: self._from_source(part, known) for key, part in value.items()}
                known[id(value)] = items
            else:
                parts = [self._from_source(part, known) for part in value]
                known[id(value)] = type(value)(parts)
        return known[id(value)]

    def _to_source(
        self, value: Any, function: SourceFunction, known: Optional[Dict[int, Any]] = None
    ) -> Any:
        """The other way around, for an argument of `function`."""
        if isinstance(value, RASPExpr):
            return self._expressions.node_of(value)
        if isinstance(value, SourceFunction):
            if value._program is not self:
                raise ValueError(
                    f"expected functions of {self!r} as arguments of {function.__name__}, found"
                    f" {value!r}"
                )
            return value._function
        if isinstance(value, (list, tuple, dict)):
            known = {} if known is None else known
            if id(value) not in known:
                if isinstance(value, dict):
                    known[id(value)] = {
                        key: self._to_source(part, function, known) for key, part in value.items()
                    }
                else:
                    known[id(value)] = [self._to_source(part, function, known) for part in value]
            return known[id(value)]
        if not isinstance(value, _ATOMS):
            raise TypeError(
                f"expected an argument of {function.__name__} to be an s-op, a selector, a number,"
                f" a string, a list, a dict or a function of the same file, found {value!r}"
            )
        return value


def load(path: Path, *, search_paths: Iterable[Path] = ()) -> SourceProgram:
    """Reads a file of RASP source, and what it loads.

    Args:
      path: of the file.
      search_paths: folders for files that it loads, after its own and the current one.

    Raises:
      OSError: if the file cannot be read.
      ParseError: if it is not right, with the first error of each statement.
    """
    name = os.fspath(path)
    with open(name, encoding="utf-8", errors="surrogateescape", newline="") as file:
        text = file.read()
    # Errors show lines as they are now.
    linecache.checkcache()
    return _read(text, name, search_paths)


def loads(
    text: str, *, filename: Optional[str] = None, search_paths: Iterable[Path] = ()
) -> SourceProgram:
    """Reads RASP source from a text.

    Args:
      text: the source.
      filename: what errors call it.
      search_paths: folders for files that it loads, after the current one.

    Raises:
      ParseError: if it is not right, with the first error of each statement.

    >>> loads("twice = 2 * indices;").twice("abc")
    [0, 2, 4]
    """
    if not isinstance(text, str):
        raise TypeError(f"expected RASP source as a string, found {text!r}")
    lines = text.splitlines(keepends=True)
    if filename is None:
        filename = "<rasp>"
        if linecache.getlines(filename) not in ([], lines):
            filename = f"<rasp {next(_numbers)}>"
    # Errors show the line.
    linecache.cache[filename] = (len(text), None, lines, filename)
    return _read(text, filename, search_paths)


def _read(text: str, filename: str, search_paths: Iterable[Path]) -> SourceProgram:
    if isinstance(search_paths, (str, os.PathLike)):
        raise TypeError(f"expected search_paths to be a list of folders, found {search_paths!r}")
    paths = [os.fspath(path) for path in search_paths]
    return SourceProgram(_core.Source.read(text, filename, paths), filename)
