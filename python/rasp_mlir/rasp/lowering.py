# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From expressions to ops of the rasp dialect.

A `Lowering` builds one program, each expression once. What is known of the values that an
s-op can take decides how a Python function becomes an op. That knowledge has two sources:
the compiler's domain analysis (`ProgramLowering`), or the one input that a program is
evaluated on (`Evaluation`).
"""

from __future__ import annotations

import abc
import warnings
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    List,
    NamedTuple,
    NoReturn,
    Optional,
    Sequence,
    Tuple,
)

from .._core import ProgramBuilder, Value
from ..errors import CompilationError, Diagnostic
from . import functions
from .comparison import Comparison
from .expressions import RASPExpr, in_order
from .locations import caller_notes, places_of
from .tracing import TracedFunction, trace
from .values import (
    Codebook,
    Decoding,
    NumberBook,
    Scalar,
    identity,
    is_number,
    number_of,
    scalar_of,
)

if TYPE_CHECKING:
    from .._core import SourceLocation

Combination = Tuple[Scalar, ...]
Pair = Tuple[Scalar, Scalar]


class SOpValue(NamedTuple):
    """An s-op of the program that is built, and what its scalars stand for."""

    value: Value
    decoding: Decoding

    @property
    def element_type(self) -> str:
        return self.value.element_type


class Lowering(abc.ABC):
    """Builds a program from expressions."""

    def __init__(self, builder: ProgramBuilder, token_decoding: Decoding):
        self.builder = builder
        self._token_decoding = token_decoding
        self._results: Dict[int, Any] = {}
        self._readers: Dict[int, RASPExpr] = {}

    def lower(self, root: RASPExpr) -> Any:
        """The value that `root` becomes: an `SOpValue`, or a value that is a selector.

        A CompilationError has the attribute `expression`, the culprit.
        """
        for expression in in_order(root, self._results, self._readers):
            operands = [self._results[id(child)] for child in expression.children]
            try:
                self._results[id(expression)] = expression.build(self, operands)
            except CompilationError as error:
                error.expression = expression
                raise
        return self._results[id(root)]

    def location(self, expression: RASPExpr) -> Optional[SourceLocation]:
        """Where it was written; of what is predefined, such as `length`, what reads it."""
        while expression._call_site is None and id(expression) in self._readers:
            expression = self._readers[id(expression)]
        return places_of(expression._call_site)

    def named(self, expression: RASPExpr) -> Dict[str, Any]:
        """The name and the place of an expression, as arguments of the builder."""
        return {"label": expression.given_name, "location": self.location(expression)}

    # What is known of values.

    @abc.abstractmethod
    def combinations(self, inputs: Sequence[SOpValue], limit: int) -> Optional[List[Combination]]:
        """The scalars, none of them None, that can stand at one position together.

        None where these are more than `limit`, or cannot be listed.
        """

    @abc.abstractmethod
    def pairs(
        self, keys: SOpValue, queries: SOpValue, limit: int
    ) -> Optional[List[Pair]]:
        """Likewise, the scalars that can stand at a key and at a query."""

    def selects_at_most_one(self, selector: Value) -> bool:
        """Whether no query selects several keys, on any input."""
        return self.builder.selector_facts(selector).max_width <= 1

    @abc.abstractmethod
    def function_failed(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        error: Exception,
        expression: RASPExpr,
    ) -> NoReturn:
        """Reports that a function raised `error` on values that can occur."""

    def is_assumed(self, message: str, expression: RASPExpr) -> None:
        """Warns of what a program assumes of its inputs."""

    @abc.abstractmethod
    def too_many(
        self,
        function: Callable[..., Any],
        inputs: Sequence[SOpValue],
        expression: RASPExpr,
    ) -> NoReturn:
        """Reports that a function can neither be traced nor tabulated."""

    @abc.abstractmethod
    def traces(self, function: Callable[..., Any]) -> bool:
        """Whether a function is traced where that is possible."""

    @abc.abstractmethod
    def constant_sequence(
        self, values: Sequence[Any], check_length: bool, expression: RASPExpr
    ) -> SOpValue: ...

    @abc.abstractmethod
    def constant_selector(
        self, rows: Sequence[Sequence[bool]], check_length: bool, expression: RASPExpr
    ) -> Value: ...

    # S-ops.

    def tokens(self, expression: RASPExpr) -> SOpValue:
        return SOpValue(self.builder.tokens, self._token_decoding)

    def indices(self, expression: RASPExpr) -> SOpValue:
        return SOpValue(self.builder.indices(**self.named(expression)), Decoding("i64"))

    def constant(self, value: Any, expression: RASPExpr) -> SOpValue:
        book = Codebook([value])
        element_type = book.element_type
        constant = self.builder.constant(
            book.encode(value), element_type, **self.named(expression)
        )
        return SOpValue(constant, book.decoding)

    def elementwise(
        self, function: Callable[..., Any], inputs: Sequence[SOpValue], expression: RASPExpr
    ) -> SOpValue:
        """A map where `function` is arithmetic, and a lookup where it is not."""
        is_exact = getattr(function, "is_exact", False)
        keeps_types = any(i.decoding.values for i in inputs)
        # What operators do needs no listing: their traces are their meaning.
        limit = functions.MAX_CHECKED if is_exact and not keeps_types else functions.MAX_TABULATED
        combinations = self.combinations(inputs, limit)
        traced = self._trace(function, inputs, is_listed=combinations is not None)
        if traced is not None and functions.agree(
            function, traced, [i.decoding for i in inputs], combinations
        ):
            value = self.builder.map(
                [i.value for i in inputs],
                traced.instructions,
                traced.element_type,
                **self.named(expression),
            )
            return SOpValue(value, self._decoding_of_map(traced, inputs))
        if combinations is None and limit < functions.MAX_TABULATED:
            combinations = self.combinations(inputs, functions.MAX_TABULATED)
        if combinations is None:
            self.too_many(function, inputs, expression)
        results = self._call(function, inputs, combinations, expression)
        return self._lookup(inputs, combinations, results, self.named(expression))

    def _trace(
        self, function: Callable[..., Any], inputs: Sequence[SOpValue], is_listed: bool
    ) -> Optional[TracedFunction]:
        if not self.traces(function) or not all(i.decoding.is_numeric for i in inputs):
            return None
        if is_listed and any(i.decoding.values for i in inputs):
            # Ints among floats, or bools among ints: only a table keeps them apart.
            return None
        return trace(function, [i.element_type for i in inputs])

    @staticmethod
    def _decoding_of_map(traced: TracedFunction, inputs: Sequence[SOpValue]) -> Decoding:
        # Sums of means of integers show as integers where they are some. A float of the
        # function makes floats of what it is added to.
        floats = [i for i in inputs if i.element_type == "f64"]
        makes_floats = any(
            name == "arith.divf" or (name == "arith.constant" and element_type == "f64")
            for name, _, _, element_type in traced.instructions
        )
        keeps_integers = (
            bool(floats)
            and not any(i.decoding.integers_are_floats for i in floats)
            and not makes_floats
        )
        return Decoding(traced.element_type, integers_are_floats=not keeps_integers)

    def _call(
        self,
        function: Callable[..., Any],
        inputs: Sequence[SOpValue],
        combinations: Sequence[Combination],
        expression: RASPExpr,
    ) -> List[Any]:
        decodings = [i.decoding for i in inputs]
        results: List[Any] = []
        for scalars in combinations:
            arguments = [decode(scalar) for decode, scalar in zip(decodings, scalars)]
            try:
                result = functions.call(function, arguments)
                if len(results) < functions.NUM_REPEATED:
                    functions.check_purity(function, arguments, result)
            except Exception as error:
                self.function_failed(function, arguments, error, expression)
            results.append(result)
        return results

    def _lookup(
        self,
        inputs: Sequence[SOpValue],
        combinations: Sequence[Combination],
        results: Sequence[Any],
        attributes: Dict[str, Any],
        book: Optional[Codebook] = None,
    ) -> SOpValue:
        """A table of `results`, which has no entries for the most frequent one."""
        book = book or Codebook(results)
        keys, values, fallback = functions.with_fallback(
            combinations, [book.encode(result) for result in results]
        )
        value = self.builder.lookup(
            [i.value for i in inputs], keys, values, fallback, book.element_type, **attributes
        )
        return SOpValue(value, book.decoding)

    def _recoded(self, sop: SOpValue, book: Codebook, expression: RASPExpr) -> SOpValue:
        """The same s-op with the scalars that `book` has for its values."""
        values = self.values(sop)
        combinations = self.combinations([sop], functions.MAX_TABULATED)
        assert values is not None and combinations is not None, "such an s-op has few values"
        location = self.location(expression)
        return self._lookup([sop], combinations, values, {"location": location}, book)

    def values(self, sop: SOpValue) -> Optional[List[Any]]:
        """The values of an s-op other than None, if they can be listed."""
        combinations = self.combinations([sop], functions.MAX_TABULATED)
        if combinations is None:
            return None
        return [sop.decoding(scalar) for (scalar,) in combinations]

    def selector_width(self, selector: Value, expression: RASPExpr) -> SOpValue:
        width = self.builder.selector_width(selector, **self.named(expression))
        return SOpValue(width, Decoding("i64"))

    def aggregate(
        self,
        selector: Value,
        sop: SOpValue,
        default: Any,
        unique: Optional[bool],
        expression: RASPExpr,
    ) -> SOpValue:
        """`unique` is None where values are, unless they are numbers."""
        if unique or self.selects_at_most_one(selector):
            return self._gather(selector, sop, default, bool(unique), expression)
        numbers = self.as_numbers(sop, expression)
        if numbers is None:
            if unique is None:
                self.is_assumed(
                    "it cannot be shown that all values that a position selects here are the"
                    " same: where they differ, this is undefined, and a compiled model gives any"
                    " of them",
                    expression,
                )
            return self._gather(selector, sop, default, unique is not False, expression)
        if default is None or Codebook([default]).decoding.is_numeric:
            return self._mean(selector, numbers, default, expression)
        return self._mean_or_else(selector, numbers, default, expression)

    def _gather(
        self,
        selector: Value,
        sop: SOpValue,
        default: Any,
        unique: bool,
        expression: RASPExpr,
    ) -> SOpValue:
        """An aggregate that passes values on."""
        encoded = _encoded_like(default, sop)
        if encoded is None and default is not None:
            values = self.values(sop)
            if values is None:
                raise _error(
                    f"the default {default!r} is of another type than the values, which are too"
                    " many to list",
                    expression,
                )
            book = Codebook([*values, default])
            sop = self._recoded(sop, book, expression)
            encoded = book.encode(default)
        value = self.builder.aggregate(
            selector,
            sop.value,
            encoded,
            sop.element_type,
            unique=unique,
            **self.named(expression),
        )
        return SOpValue(value, sop.decoding)

    def _mean(
        self, selector: Value, numbers: SOpValue, default: Any, expression: RASPExpr
    ) -> SOpValue:
        value = self.builder.aggregate(
            selector,
            numbers.value,
            None if default is None else number_of(default),
            "f64",
            **self.named(expression),
        )
        keeps_integers = numbers.element_type == "i64" or (
            numbers.element_type == "f64" and not numbers.decoding.integers_are_floats
        )
        return SOpValue(value, Decoding("f64", integers_are_floats=not keeps_integers))

    def _mean_or_else(
        self, selector: Value, numbers: SOpValue, default: Any, expression: RASPExpr
    ) -> SOpValue:
        """A mean whose default is no number: the width tells where it stands."""
        location = self.location(expression)
        mean = self.builder.aggregate(selector, numbers.value, 0.0, "f64", location=location)
        width = self.builder.selector_width(selector, location=location)
        return self.elementwise(
            lambda mean, width: mean if width else default,
            [SOpValue(mean, Decoding("f64")), SOpValue(width, Decoding("i64"))],
            expression,
        )

    def as_numbers(self, sop: SOpValue, expression: RASPExpr) -> Optional[SOpValue]:
        """An s-op of numbers as the compiler has them, or None if it has other values."""
        if sop.decoding.is_numeric:
            return sop
        try:
            book = NumberBook(self.values(sop) or [])
        except ValueError:
            return None
        return self._recoded(sop, book, expression)

    def sum(self, selector: Value, sop: SOpValue, expression: RASPExpr) -> SOpValue:
        numbers = self.as_numbers(sop, expression)
        if numbers is None:
            raise _error("expected numbers to add up, found other values among them", expression)
        location = self.location(expression)
        is_bool = numbers.element_type == "i1"
        if is_bool or self.builder.facts(numbers.value).domain.may_be_none:
            # Only the true ones count, or those that are not None.
            positions = self.builder.indices(location=location)
            counted = (
                self.builder.select_map(numbers.value, positions, [], location=location)
                if is_bool
                else self.builder.select(numbers.value, positions, "true", location=location)
            )
            selector = self.builder.selector_and(selector, counted, location=location)
        if is_bool:
            return self.selector_width(selector, expression)
        mean = self.builder.aggregate(selector, numbers.value, 0.0, "f64", location=location)
        width = self.builder.selector_width(selector, location=location)
        is_integral = numbers.element_type == "i64"
        return self.elementwise(
            functions.RoundedProduct() if is_integral else functions.Product(),
            [SOpValue(mean, Decoding("f64")), SOpValue(width, Decoding("i64"))],
            expression,
        )

    # Selectors.

    def select(
        self,
        predicate: Callable[[Any, Any], Any],
        keys: SOpValue,
        queries: SOpValue,
        expression: RASPExpr,
    ) -> Value:
        """A comparison, a region where `predicate` is arithmetic, and otherwise a table."""
        attributes = self.named(expression)
        if isinstance(predicate, Comparison) and _compares_scalars(
            predicate, keys.decoding, queries.decoding
        ):
            return self.builder.select(
                keys.value, queries.value, predicate.mnemonic, **attributes
            )

        pairs = self.pairs(keys, queries, functions.MAX_TABULATED)
        traced = self._trace(predicate, (keys, queries), is_listed=pairs is not None)
        if (
            traced is not None
            and traced.element_type == "i1"
            and functions.agree(predicate, traced, (keys.decoding, queries.decoding), pairs)
        ):
            return self.builder.select_map(
                keys.value, queries.value, traced.instructions, **attributes
            )
        if pairs is None:
            self.too_many(predicate, (keys, queries), expression)
        results = self._call(functions.Truth(predicate), (keys, queries), pairs, expression)
        table_keys, selected, fallback = functions.with_fallback(pairs, results)
        return self.builder.select_table(
            keys.value,
            queries.value,
            table_keys,
            selected,
            bool(fallback[0]) if fallback else None,
            **attributes,
        )

    def best(self, selector: Value, scores: SOpValue, expression: RASPExpr) -> Value:
        if not scores.decoding.is_numeric:
            values = self.values(scores) or []
            try:
                ordered = sorted(values)
            except TypeError as error:
                raise _error(
                    f"the scores are not all numbers, and have no order: {error}", expression
                ) from error
            combinations = self.combinations([scores], functions.MAX_TABULATED) or []
            ranks = [ordered.index(scores.decoding(scalar)) for (scalar,) in combinations]
            location = {"location": self.location(expression)}
            scores = self._lookup([scores], combinations, ranks, location)
        return self.builder.best(selector, scores.value, **self.named(expression))


class ProgramLowering(Lowering):
    """Builds a program that is to be compiled; domains say what values can occur."""

    def combinations(self, inputs: Sequence[SOpValue], limit: int) -> Optional[List[Combination]]:
        return self.builder.combinations([i.value for i in inputs], limit)

    def pairs(
        self, keys: SOpValue, queries: SOpValue, limit: int
    ) -> Optional[List[Pair]]:
        key_values = self.combinations([keys], limit)
        query_values = self.combinations([queries], limit)
        if key_values is None or query_values is None:
            return None
        if len(key_values) * len(query_values) > limit:
            return None
        return [(key, query) for (key,) in key_values for (query,) in query_values]

    def traces(self, function: Callable[..., Any]) -> bool:
        return not isinstance(function, Comparison)

    def is_assumed(self, message: str, expression: RASPExpr) -> None:
        warnings.warn(str(_diagnostic("warning", message, expression, ())), stacklevel=2)

    def function_failed(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        error: Exception,
        expression: RASPExpr,
    ) -> NoReturn:
        shown = ", ".join(map(repr, arguments))
        raise _error(
            f"{functions.describe(function)} raises {type(error).__name__} on {shown}, which can"
            f" occur: {functions.message_of(error)}",
            expression,
            *functions.definition_notes(function),
        ) from error

    def too_many(
        self,
        function: Callable[..., Any],
        inputs: Sequence[SOpValue],
        expression: RASPExpr,
    ) -> NoReturn:
        domains = [self.builder.facts(sop.value).domain for sop in inputs]
        unlisted = [i for i, domain in enumerate(domains) if domain.kind != "finite"]
        reason = (
            f"has to be called on each value of its argument {unlisted[0]}, and these cannot be"
            " listed"
            if unlisted
            else f"has to be called on more than {functions.MAX_TABULATED} combinations of values"
        )
        notes = [
            Diagnostic("note", f"the values of its argument {i} are {self._domain(sop)}")
            for i, sop in enumerate(inputs)
        ]
        if unlisted:
            notes.append(
                Diagnostic("note", "at most 16384 values of one s-op are listed: take fewer")
            )
        raise _error(
            f"{functions.describe(function)} is not arithmetic alone, so that it {reason}",
            expression,
            *notes,
            *functions.definition_notes(function),
        )

    def _domain(self, sop: SOpValue) -> str:
        text = str(self.builder.facts(sop.value).domain)
        return text if len(text) < 120 else text[:100] + " ..."

    def constant_sequence(
        self, values: Sequence[Any], check_length: bool, expression: RASPExpr
    ) -> SOpValue:
        raise _error(
            "a ConstantSOp has values for inputs of one length, and the inputs of a model differ in"
            " length: use rasp.Full, or a function of rasp.indices",
            expression,
        )

    def constant_selector(
        self, rows: Sequence[Sequence[bool]], check_length: bool, expression: RASPExpr
    ) -> Value:
        raise _error(
            "a ConstantSelector has rows for inputs of one length, and the inputs of a model differ"
            " in length: use a rasp.Select of rasp.indices",
            expression,
        )


def _compares_scalars(predicate: Comparison, keys: Decoding, queries: Decoding) -> bool:
    """Whether `predicate` says of scalars what it says of the values they stand for."""
    if predicate in (Comparison.TRUE, Comparison.FALSE):
        return True
    if predicate in (Comparison.EQ, Comparison.NEQ) and keys is queries:
        return keys.is_one_to_one
    return (keys.is_numeric and queries.is_numeric) or (keys.is_text and queries.is_text)


def _encoded_like(value: Any, sop: SOpValue) -> Optional[Scalar]:
    """The scalar that stands for `value` among those of an s-op, if its type has one."""
    scalar = scalar_of(value)
    if sop.element_type == "f64" and is_number(scalar):
        scalar = number_of(value)
    fits = {
        "i1": isinstance(scalar, bool),
        "i64": isinstance(scalar, int) and not isinstance(scalar, bool),
        "f64": is_number(scalar),
        "str": isinstance(scalar, str),
        "any": scalar is not None,
    }[sop.element_type]
    is_number_as_such = is_number(value) and sop.decoding.is_numeric
    if fits and (is_number_as_such or identity(sop.decoding(scalar)) == identity(value)):
        return scalar
    return None


def _diagnostic(
    severity: str, message: str, expression: RASPExpr, notes: Tuple[Diagnostic, ...]
) -> Diagnostic:
    notes += caller_notes(expression._call_site)
    return Diagnostic(severity, message, expression.location, notes)


def _error(message: str, expression: RASPExpr, *notes: Diagnostic) -> CompilationError:
    error = CompilationError([_diagnostic("error", message, expression, notes)])
    error.expression = expression
    return error
