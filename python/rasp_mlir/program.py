# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From expressions to programs, and from programs to models."""

from __future__ import annotations

import difflib
import operator
import os
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Union,
    cast,
    overload,
)

from . import _core
from .errors import CompilationError, Diagnostic, EvaluationError
from .model import Model
from .rasp import operations
from .rasp.evaluation import MAX_LENGTH
from .rasp.expressions import RASPExpr
from .rasp.lowering import ProgramLowering, SOpValue
from .rasp.locations import CallSite, places_of
from .rasp.sops import SOp
from .rasp.values import (
    TokenBook,
    checked_flag,
    checked_iterable,
    identity,
    is_finite_number,
    normalized,
)

if TYPE_CHECKING:
    from .source import SourceProgram

# As many values are a category each where the program does not say what they are.
_MAX_CATEGORIES = 256

# Beyond this a vocabulary is taken for a mistake, such as an iterator without end.
_MAX_TOKENS = 1 << 18

_SELECTOR_WIDTHS = ("auto", "linear", "reciprocal")
_ARGUMENTS = ("vocab", "max_seq_len", "causal", "name", "bos", "pad", "output", "output_kind")
_OPTIONS = ("selector_width", "max_combinations", "max_matrix_entries", "max_hidden_units")


class Program:
    """An s-op with the contract that a model of it keeps; `str` of it is its IR.

    Args:
      output: the s-op that the program computes.
      vocab: the tokens that may occur: any iterable of values, each counted once. Ids are in
        its order, for a set in sorted order.
      max_seq_len: the greatest number of tokens of an input, BOS not counted.
      causal: whether a query sees only keys at or before it.
      name: that of the function in the IR; the name of `output` if it is not given.
      bos, pad: the names of the token before every input and of the one that fills batches.
      output_kind: "categorical", "numerical", or None for what `rasp.categorical` or
        `rasp.numerical` says of `output`; without these, numerical if it has numbers that
        are more than 256 or cannot be listed.

    Raises:
      TypeError, ValueError: for arguments that are none of these, naming the culprit.
      CompilationError: if `output` is no program over this vocabulary, with its line.

    >>> from rasp_mlir import rasp
    >>> print(Program((rasp.tokens + 1).named("successor"), [1, 2], max_seq_len=3))
    ... # doctest: +ELLIPSIS
    module {
      rasp.program @successor(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64> ...
    """

    def __init__(
        self,
        output: SOp,
        vocab: Iterable[Any],
        max_seq_len: int,
        causal: bool = False,
        *,
        name: Optional[str] = None,
        bos: str = "BOS",
        pad: str = "PAD",
        output_kind: Optional[str] = None,
    ):
        if not isinstance(output, SOp):
            hint = ": a selector is none" if isinstance(output, RASPExpr) else ""
            raise TypeError(f"expected an s-op to compile, found {output!r}{hint}")
        if name is not None and not isinstance(name, str):
            raise TypeError(f"expected the name of a program to be a string, found {name!r}")
        if output_kind is None and "encoding" in output.given_annotations:
            output_kind = output.given_annotations["encoding"].value
        if output_kind is not None:
            output_kind = checked_kind(output_kind)
        self.output = output
        self.vocab = checked_vocabulary(vocab)
        self.max_seq_len = checked_integer(max_seq_len, "max_seq_len", 1, MAX_LENGTH)
        self.causal = checked_flag(causal, "causal")
        self.name = name or output.given_name or "program"
        self.bos, self.pad = bos, pad
        check_special_tokens(bos, pad, self.vocab)

        book = TokenBook(self.vocab, reserved=(bos, pad))
        builder = _core.ProgramBuilder(
            self.name,
            [book.encode(token) for token in self.vocab],
            book.element_type,
            self.max_seq_len,
            causal=self.causal,
            bos=bos,
            pad=pad,
            location=places_of(output._call_site),
        )
        self._book = book
        lowering = ProgramLowering(builder, book.decoding)
        result = lowering.lower(output)
        if output_kind is None:
            output_kind = _kind_of(builder, result)
        if output_kind == "numerical":
            result = _as_numerical(result, lowering, output)
        self._decoding = result.decoding
        self._outputs = _finite_outputs(builder, result)
        self.module = builder.finish(result.value, output_kind=output_kind)
        """The program as a module of MLIR."""

    def __str__(self) -> str:
        return str(self.module)

    def mlir(self, *, locations: bool = False) -> str:
        """The IR of the program, with the lines of the Python program if asked for."""
        return self.module.to_text(locations=locations)

    def interpret(self, tokens: Iterable[Any]) -> List[Any]:
        """The output on an input without BOS, by the reference interpreter.

        Raises EvaluationError for an input that the contract does not allow, and where the
        program is undefined on it.
        """
        ids = {token: i for i, token in enumerate(self.vocab)}
        encoded = []
        for i, token in enumerate(checked_iterable(tokens, "a list of tokens")):
            if i == self.max_seq_len:
                raise EvaluationError(
                    f"the input has more than {i} tokens, the max_seq_len of the program"
                )
            token = normalized(token, f"the token at position {i}")
            if token not in ids:
                raise ValueError(f"the token {token!r} at position {i} is not in the vocabulary")
            encoded.append(self._book.encode(self.vocab[ids[token]]))
        return [self._decoding(scalar) for scalar in self.module.interpret(encoded)]

    def compile(self, **options: Any) -> Model:
        """The program as a transformer: see `rasp_mlir.compile`."""
        return Model(
            self.module,
            vocab=self.vocab,
            outputs=self._outputs,
            options=pipeline_options(options),
        )


@overload
def compile(
    program: SOp,
    vocab: Iterable[Any],
    max_seq_len: int,
    causal: bool = False,
    *,
    name: Optional[str] = None,
    bos: str = "BOS",
    pad: str = "PAD",
    output: Optional[str] = None,
    **options: Any,
) -> Model: ...


@overload
def compile(
    program: Union[SourceProgram, str, os.PathLike[str]],
    vocab: Optional[Iterable[Any]] = None,
    max_seq_len: Optional[int] = None,
    causal: Optional[bool] = None,
    *,
    name: Optional[str] = None,
    bos: Optional[str] = None,
    pad: Optional[str] = None,
    output: Optional[str] = None,
    **options: Any,
) -> Model: ...


def compile(
    program: Union[SOp, SourceProgram, str, os.PathLike[str]],
    vocab: Optional[Iterable[Any]] = None,
    max_seq_len: Optional[int] = None,
    causal: Optional[bool] = None,
    *,
    name: Optional[str] = None,
    bos: Optional[str] = None,
    pad: Optional[str] = None,
    output: Optional[str] = None,
    **options: Any,
) -> Model:
    """Compiles an s-op to the weights of a transformer that computes it.

    For every input of 1 to `max_seq_len` tokens of `vocab` the model gives what the program
    gives: exactly where the output is categorical, to the rounding of f32 where it is
    numerical.

    Args:
      program: the s-op; or a program in RASP's own language, from `load` or as the path of a
        `.rasp` file, which says itself what is not given here.
      vocab, max_seq_len, causal, name, bos, pad: see `Program`.
      output: "categorical", "numerical" or None: `output_kind` of `Program`.
      options: of the compiler: `selector_width` ("auto", "linear" or "reciprocal"),
        `max_combinations`, `max_matrix_entries`, `max_hidden_units` (see docs/Passes.md).

    Raises:
      TypeError, ValueError: for arguments that are none of these, naming the culprit.
      CompilationError: if the program cannot be compiled exactly: with its line, what was
        expected, what was found, and what would help.

    >>> from rasp_mlir import rasp
    >>> model = compile(rasp.tokens + rasp.indices, vocab=[1, 2], max_seq_len=3)
    >>> model([1, 1, 2]).decoded
    [1, 2, 4]
    """
    from .source import SourceProgram, load

    if isinstance(program, (str, os.PathLike)):
        program = load(program)
    if isinstance(program, SourceProgram):
        return program.compile(
            None,
            vocab,
            max_seq_len,
            causal,
            name=name,
            bos=bos,
            pad=pad,
            output_kind=output,
            **options,
        )
    made = Program(
        program,
        cast("Iterable[Any]", vocab),  # Program says what is missing
        cast(int, max_seq_len),
        False if causal is None else causal,
        name=name,
        bos="BOS" if bos is None else bos,
        pad="PAD" if pad is None else pad,
        output_kind=output,
    )
    return made.compile(**options)


def checked_kind(kind: Any) -> str:
    if isinstance(kind, str) and kind in ("categorical", "numerical"):
        return kind
    raise ValueError(f"expected the kind of output 'categorical' or 'numerical', found {kind!r}")


def checked_vocabulary(vocab: Iterable[Any]) -> List[Any]:
    """The tokens of a vocabulary in the order of their ids: see `Program`."""
    values = checked_iterable(vocab, "the vocabulary to be a list or another iterable of tokens")
    tokens: Dict[Any, Any] = {}
    for number, value in enumerate(values):
        if number == _MAX_TOKENS:
            raise ValueError(f"the vocabulary has more than {_MAX_TOKENS} tokens")
        token = normalized(value, "a token of the vocabulary")
        if token is None:
            raise ValueError(
                "None is in the vocabulary, but None is no token: it stands for no value"
            )
        known = tokens.setdefault(token, token)
        if identity(known) != identity(token):
            raise ValueError(
                f"the vocabulary has {known!r} and {token!r}, which are equal: leave one out"
            )
    if not tokens:
        raise ValueError("the vocabulary is empty: a program needs a token to run on")
    if isinstance(vocab, (set, frozenset)):
        return _sorted(list(tokens))
    return list(tokens)


def _sorted(tokens: List[Any]) -> List[Any]:
    """In order, by text where tokens have none; the same in every run."""
    try:
        return sorted(tokens)
    except TypeError:
        return sorted(tokens, key=lambda token: (type(token).__name__, repr(token)))


def checked_integer(value: Any, name: str, low: int, high: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"expected {name} to be an integer, found {value!r}") from None
    if not low <= number <= high or isinstance(value, bool):
        raise ValueError(f"expected {name} to be from {low} to {high}, found {value!r}")
    return number


def check_special_tokens(bos: Any, pad: Any, vocab: List[Any]) -> None:
    for role, token in (("bos", bos), ("pad", pad)):
        if not isinstance(token, str):
            raise TypeError(f"expected {role} to be a string, found {token!r}")
        if token in vocab:
            raise ValueError(
                f"{token!r} is in the vocabulary, and is the name of the {role.upper()} token: give"
                f" that another name by {role}="
            )
    if bos == pad:
        raise ValueError(f"bos and pad are both {bos!r}: expected different names")


def _as_numerical(result: SOpValue, lowering: ProgramLowering, output: SOp) -> SOpValue:
    numbers = lowering.as_numbers(result, output)
    if numbers is None:
        culprit = next(v for v in lowering.values(result) or () if not is_finite_number(v))
        location = output.location
        call_site = CallSite.current()
        if location is None and call_site is not None:
            location = call_site.location  # `rasp.tokens` itself has none
        message = f"the output is to be numerical, but it can be {culprit!r}, which is no finite number"
        raise CompilationError([Diagnostic("error", message, location)])
    if numbers.element_type == "i1":
        return lowering.elementwise(operations.POSITIVE, [numbers], output)
    return numbers


def _kind_of(builder: _core.ProgramBuilder, result: SOpValue) -> str:
    domain = builder.facts(result.value).domain
    is_short_list = domain.kind == "finite" and len(domain.values) <= _MAX_CATEGORIES
    return "numerical" if result.decoding.is_numeric and not is_short_list else "categorical"


def _finite_outputs(
    builder: _core.ProgramBuilder, result: SOpValue
) -> Optional[Mapping[Any, Any]]:
    """What the scalars of a finite output stand for, if they are not just themselves."""
    domain = builder.facts(result.value).domain
    if domain.kind != "finite":
        return None
    outputs = {scalar: result.decoding(scalar) for scalar in domain.values}
    if all(identity(scalar) == identity(value) for scalar, value in outputs.items()):
        return None
    return outputs


def pipeline_options(options: Mapping[str, Any]) -> Dict[str, str]:
    texts = {}
    for name, value in options.items():
        if name not in _OPTIONS:
            similar = difflib.get_close_matches(name, [*_ARGUMENTS, *_OPTIONS], n=1)
            hint = f"; did you mean {similar[0]!r}?" if similar else ""
            raise TypeError(
                f"there is no argument {name!r}{hint}; the options of the compiler are"
                f" {', '.join(_OPTIONS)}"
            )
        if name != "selector_width":
            value = checked_integer(value, name, 0, 2**63 - 1)
        elif not (isinstance(value, str) and value in _SELECTOR_WIDTHS):
            raise ValueError(
                f"expected {name} to be one of {', '.join(_SELECTOR_WIDTHS)}, found {value!r}"
            )
        texts[name.replace("_", "-")] = str(value)
    return texts
