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
import linecache
import operator
import os
from itertools import islice
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)

from . import _core, rasp
from .errors import Diagnostic, EvaluationError, Location
from .model import Model
from .program import checked_integer, checked_vocabulary, pipeline_options
from .rasp import tracing
from .rasp.evaluation import MAX_LENGTH
from .rasp.expressions import RASPExpr
from .rasp.locations import KnownSite
from .rasp.values import checked_flag

Path = Union[str, "os.PathLike[str]"]

_COMPARISONS = {comparison.value: comparison for comparison in rasp.Comparison}

# So many nodes become one function.
_MAX_STEPS = 100

# What traces as arithmetic: functions by their operator and the number of operands.
_TRACED: Dict[Tuple[str, int], Callable[..., Any]] = {
    ("+", 2): operator.add,
    ("-", 2): operator.sub,
    ("*", 2): operator.mul,
    ("/", 2): operator.truediv,
    ("%", 2): operator.mod,
    ("^", 2): operator.pow,
    ("==", 2): operator.eq,
    ("<=", 2): operator.le,
    (">=", 2): operator.ge,
    ("<", 2): operator.lt,
    (">", 2): operator.gt,
    ("and", 2): tracing.conjunction,
    ("or", 2): tracing.disjunction,
    ("not", 1): tracing.negation,
    ("-", 1): operator.neg,
    ("+", 1): operator.pos,
    ("indicator", 1): operator.pos,
    ("round", 1): round,
    ("if", 3): lambda then, condition, otherwise: tracing.select(condition, then, otherwise),
}


class Elementwise:
    """What an expression of operators and tables computes at one position.

    Constants are a part of it. `steps` are the nodes in the order of computation, each with
    the numbers of its operands: first come the inputs, then `constants`, then the steps.
    """

    __slots__ = ("num_inputs", "constants", "steps")

    is_exact = True

    def __init__(
        self,
        num_inputs: int,
        constants: Sequence[Any],
        steps: Sequence[Tuple[_core.SourceNode, Sequence[int]]],
    ):
        self.num_inputs = num_inputs
        self.constants = constants
        self.steps = steps

    def __call__(self, *inputs: Any) -> Any:
        values = [*inputs, *self.constants]
        for node, operands in self.steps:
            try:
                values.append(node.compute([values[number] for number in operands]))
            except ValueError as error:
                location = Location(*node.place) if node.place else None
                raise EvaluationError([Diagnostic("error", str(error), location)]) from None
        return values[-1]

    def traced(self, *inputs: Any) -> Any:
        values = [*inputs, *self.constants]
        for node, operands in self.steps:
            function = _TRACED.get((node.function, len(operands)))
            if function is None:
                raise tracing.NotTraceable
            values.append(function(*(values[number] for number in operands)))
        return values[-1]

    def __repr__(self) -> str:
        texts = [*islice("xyzuvw", self.num_inputs)]
        texts += [f"x{number}" for number in range(len(texts), self.num_inputs)]
        texts += map(repr, self.constants)
        num_atoms = len(texts)
        for node, operands in self.steps:
            # An operator inside of another has parentheses.
            parts = [
                texts[number] if number < num_atoms else f"({texts[number]})"
                for number in operands
            ]
            texts.append(_written(node.function, parts))
        return texts[-1]


def _written(function: str, operands: Sequence[str]) -> str:
    """An operation as RASP writes it."""
    if function == "if":
        return "{} if {} else {}".format(*operands)
    if function == "[]":
        return f"table[{operands[0]}]"
    if function == "in":
        return f"{operands[0]} in list"
    if len(operands) == 2:
        return f"{operands[0]} {function} {operands[1]}"
    return f"{function} {operands[0]}" if function[0].isalpha() else function + operands[0]


class SourceFunction:
    """A function of a `.rasp` file.

    Takes s-ops and selectors of the embedded language, numbers, strings, lists, dicts and
    functions of the same file. What it returns is of these, for several results a list.

    Raises `CompilationError` where the function does, with its line, and TypeError for what
    is no value of RASP.
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

    def __call__(self, *arguments: Any) -> Any:
        given = [self._program._to_source(argument) for argument in arguments]
        return self._program._from_source(self._function(*given))

    def __repr__(self) -> str:
        return f"<function {self.__name__}({', '.join(self.parameters)}) of {self._program!r}>"


class SourceProgram(Mapping[str, Any]):
    """What a `.rasp` file defines: a read-only mapping from its names, in their order.

    Names are attributes too, where the class itself has none of that name. S-ops and
    selectors are expressions of the embedded language, functions can be called with these,
    all other values are those of Python. What the library defines, such as `length` and
    `sort`, can be asked for likewise, and is not listed.
    """

    def __init__(self, source: _core.Source, filename: str):
        self._source = source
        self._filename = filename
        self._settings = source.settings
        # Keys of nodes, and the other way around ids of expressions that are kept here.
        self._expressions: Dict[int, RASPExpr] = {}
        self._nodes: Dict[int, _core.SourceNode] = {}
        self._keep(source.get("tokens_asis"), rasp.tokens)
        self._keep(source.get("indices"), rasp.indices)

    def __getitem__(self, name: str) -> Any:
        if not isinstance(name, str):
            raise KeyError(name)
        return self._from_source(self._source.get(name))

    def __contains__(self, name: object) -> bool:
        return name in self._source.names

    def __iter__(self) -> Iterator[str]:
        return iter(self._source.names)

    def __len__(self) -> int:
        return len(self._source.names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{self!r} defines no {name!r}") from None

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self]

    def __repr__(self) -> str:
        return f"<rasp_mlir program {self._filename!r}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled: load its file where it is needed")

    @property
    def output(self) -> rasp.SOp:
        """The s-op that the file computes: that of its settings, else the one assigned last.

        Raises `ParseError` if there is none.
        """
        output: rasp.SOp = self._expression(self._source.output)
        return output

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

    def module(
        self,
        output: Union[None, str, rasp.SOp] = None,
        vocab: Optional[Iterable[Any]] = None,
        max_seq_len: Optional[int] = None,
        causal: Optional[bool] = None,
    ) -> _core.Module:
        """The program in MLIR: see `compile`."""
        node = self._output_node(output)
        if vocab is None and self.vocab is None:
            raise ValueError(
                f"{self!r} does not say which tokens may occur: give them by vocab=, or begin the"
                ' file with a comment such as \'# rasp: vocab = ["a", "b"]\''
            )
        if max_seq_len is None and self.max_seq_len is None:
            raise ValueError(
                f"{self!r} does not say how long an input may be: give the length by max_seq_len=,"
                " or begin the file with a comment such as '# rasp: max_seq_len = 10'"
            )
        tokens = None if vocab is None else checked_vocabulary(vocab)
        if tokens and len({isinstance(token, str) for token in tokens}) > 1:
            raise ValueError(f"expected a vocabulary of strings or of numbers, found {tokens!r}")
        if max_seq_len is not None:
            max_seq_len = checked_integer(max_seq_len, "max_seq_len", 1, MAX_LENGTH)
        if causal is not None:
            causal = checked_flag(causal, "causal")
        name = node.name if output is not None and node.name else self._settings["name"]
        return node.lower(name, vocab=tokens, max_seq_len=max_seq_len, causal=causal)

    def compile(
        self,
        output: Union[None, str, rasp.SOp] = None,
        vocab: Optional[Iterable[Any]] = None,
        max_seq_len: Optional[int] = None,
        causal: Optional[bool] = None,
        **options: Any,
    ) -> Model:
        """Compiles an s-op of the file to a transformer, as `rasp-opt` does.

        S-ops that are made of those of the file and others are for `rasp_mlir.compile`.

        Args:
          output: an s-op of the file, or its name; the output of the file if it is None.
          vocab: the tokens that may occur, all strings or all numbers.
          max_seq_len: the greatest number of tokens of an input.
          causal: whether a query sees only keys at or before it.
          options: as of `rasp_mlir.compile`.

        What is not given is as the file says in its settings.

        Raises:
          CompilationError: if the program cannot be compiled, with its line.
          ValueError: if neither the arguments nor the file say what is compiled for.
        """
        module = self.module(output, vocab, max_seq_len, causal)
        return Model(module, options=pipeline_options(options))

    def _output_node(self, output: Union[None, str, rasp.SOp]) -> _core.SourceNode:
        if output is None:
            return self._source.output
        if isinstance(output, str):
            output = self[output]
        node = self._nodes.get(id(output))
        if not isinstance(output, rasp.SOp) or node is None or node.kind == "foreign":
            raise TypeError(
                f"expected an s-op of {self!r} or its name, found {output!r}; rasp_mlir.compile"
                " compiles others"
            )
        return node

    # From the file.

    def _from_source(self, value: Any) -> Any:
        if isinstance(value, _core.SourceNode):
            return self._expression(value)
        if isinstance(value, _core.SourceFunction):
            return SourceFunction(self, value)
        if isinstance(value, list):
            return [self._from_source(element) for element in value]
        if isinstance(value, dict):
            return {key: self._from_source(element) for key, element in value.items()}
        return value

    def _expression(self, node: _core.SourceNode) -> Any:
        wanted = [node]
        while wanted:
            current = wanted[-1]
            if current.key in self._expressions:
                wanted.pop()
                continue
            pending = [o for o in current.operands if o.key not in self._expressions]
            if pending:
                wanted.extend(reversed(pending))
                continue
            self._keep(current, self._made(current))
        return self._expressions[node.key]

    def _keep(self, node: _core.SourceNode, expression: RASPExpr) -> None:
        self._expressions[node.key] = expression
        self._nodes[id(expression)] = node

    def _made(self, node: _core.SourceNode) -> RASPExpr:
        expression = self._unnamed(node)
        if node.place is not None:
            expression._call_site = KnownSite(Location(*node.place))
        return expression.named(node.name) if node.name else expression

    def _unnamed(self, node: _core.SourceNode) -> RASPExpr:
        operands: List[Any] = [self._expressions[operand.key] for operand in node.operands]
        kind = node.kind
        if kind == "constant":
            return rasp.Full(node.scalar)
        if kind == "aggregate":
            selector, values = operands
            return rasp.Aggregate(selector, values, node.scalar)
        if kind == "selector_width":
            return rasp.SelectorWidth(*operands)
        if kind == "select":
            keys, queries = operands
            return rasp.Select(keys, queries, _COMPARISONS[node.comparison])
        if kind == "and":
            return rasp.SelectorAnd(*operands)
        if kind == "or":
            return rasp.SelectorOr(*operands)
        if kind == "not":
            return rasp.SelectorNot(*operands)
        if kind == "best":
            return rasp.Best(*operands)
        return self._elementwise(node)

    def _elementwise(self, root: _core.SourceNode) -> RASPExpr:
        """A map of `root` and of what it is computed from elementwise, up to what has a
        name: what can occur together is known better for all of it."""
        inputs: List[_core.SourceNode] = []
        constants: List[_core.SourceNode] = []
        steps: List[_core.SourceNode] = []
        seen: Set[int] = set()
        wanted = [root]
        while wanted:
            node = wanted[-1]
            is_step = node is root or (
                node.kind == "elementwise" and not node.name and len(seen) < _MAX_STEPS
            )
            pending = [o for o in node.operands if o.key not in seen] if is_step else []
            if pending:
                wanted.extend(reversed(pending))
                continue
            wanted.pop()
            if node.key not in seen:
                seen.add(node.key)
                kind = steps if is_step else constants if node.kind == "constant" else inputs
                kind.append(node)
        numbers = {node.key: number for number, node in enumerate(inputs + constants + steps)}
        function = Elementwise(
            len(inputs),
            [constant.scalar for constant in constants],
            [(step, [numbers[operand.key] for operand in step.operands]) for step in steps],
        )
        sops: List[Any] = [self._expressions[node.key] for node in inputs]
        return rasp.Map(function, *sops) if sops else rasp.Full(function())

    # To the file.

    def _to_source(self, value: Any) -> Any:
        if isinstance(value, RASPExpr):
            node = self._nodes.get(id(value))
            if node is None:
                node = self._source.make_foreign(isinstance(value, rasp.Selector))
                self._keep(node, value)
            return node
        if isinstance(value, SourceFunction):
            return value._function
        if isinstance(value, (list, tuple)):
            return [self._to_source(element) for element in value]
        if isinstance(value, dict):
            return {key: self._to_source(element) for key, element in value.items()}
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
    return _read(text, name, search_paths)


def loads(
    text: str, *, filename: str = "<rasp>", search_paths: Iterable[Path] = ()
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
    # Errors show the line.
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    return _read(text, filename, search_paths)


def _read(text: str, filename: str, search_paths: Iterable[Path]) -> SourceProgram:
    paths = [os.fspath(path) for path in search_paths]
    return SourceProgram(_core.Source.read(text, filename, paths), filename)
