"""The compiler in process: an extension module over the C++ API.

Everything here works on MLIR's own data; nothing starts another process. The
GIL is released while the compiler works. What the compiler reports as an error
is raised as `rasp_mlir.errors.CompilationError`, with the location of each
diagnostic and its notes.

This module is the package's own; users find what they need in `rasp_mlir`,
`rasp_mlir.rasp` and `rasp_mlir.model`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Mapping, Optional, Sequence, Union, final

import numpy as np
import numpy.typing as npt

# A value of the language at one position. `None` is the language's none; a bool
# is an i1, an int an i64 (OverflowError outside of 64 bits), a finite float or a
# Fraction an f64 (ValueError for inf and nan), a str a !rasp.str (UTF-8).
# NumPy scalars are taken as what `.item()` gives. What comes back: a number that
# no float holds exactly (1/3) is a Fraction; every other number is a float, or an
# int where the compiler holds it as an integer.
Scalar = Union[None, bool, int, float, Fraction, str]

# file, line, column; line and column count from 1 (column 0: unknown).
SourcePlace = tuple[str, int, int]
# The place of an op, or that and those of the calls that it was made in.
SourceLocation = Union[SourcePlace, tuple[SourcePlace, ...]]

@final
class Module:
    """A module of MLIR with programs at some stage. Not changed once made."""

    @staticmethod
    def parse(source: Union[str, bytes], filename: str = "<string>") -> Module:
        """Parses and verifies text or bytecode. Raises `ParseError`. Bytecode has to
        be as MLIR wrote it: MLIR's reader does not survive all that is damaged."""
    def __str__(self) -> str:
        """The textual IR."""
    def to_text(self, *, locations: bool = False, elide_weights: bool = False) -> str: ...
    def to_bytecode(self) -> bytes: ...
    @property
    def programs(self) -> list[str]:
        """The symbol names of the programs and compiled functions, in order."""
    def lower(
        self, stage: str = "linalg", options: Optional[Mapping[str, str]] = None
    ) -> Module:
        """A new module, lowered to `stage`: one of "rasp", "craft-values",
        "craft-blocks", "craft-layers", "linalg". `options` are those of
        `--lower-to-transformer`, by name. Works stage by stage, and a Ctrl-C
        raises KeyboardInterrupt between or during them."""
    def run_passes(self, pipeline: str) -> Module:
        """A new module, after a textual pass pipeline such as
        "canonicalize,rasp.program(rasp-annotate-domains)"."""
    def interpret(self, tokens: Sequence[Scalar], program: str = "") -> list[Scalar]:
        """Runs the reference interpreter, at any stage before linalg, on one
        input without BOS. Raises `EvaluationError`."""
    def contract(self, program: str = "") -> dict[str, object]:
        """name, vocab (list), max_seq_len, causal, bos, pad of a program."""
    def export(
        self, format: str, program: str = "", options: Optional[Mapping[str, str]] = None
    ) -> bytes:
        """What `rasp-translate --export-FORMAT` writes: "safetensors", "circuit".
        `options` as in `lower`, for what is not lowered that far."""
    def weights(
        self, program: str = "", options: Optional[Mapping[str, str]] = None
    ) -> tuple[dict[str, npt.NDArray[np.float32]], dict[str, str]]:
        """The dense weights of a program's transformer (lowered that far, with
        `options` as in `lower`, if it is not yet), as writable float32 arrays
        without copies that keep their memory alive, by the names and in the order
        of docs/abi.md; and the metadata of the safetensors file: JSON texts by key."""
    def jit(self, program: str = "") -> CompiledFunction:
        """Compiles a function of a module at stage "linalg" to machine code."""
    def with_weights(
        self, weights: Mapping[str, npt.NDArray[np.float32]], program: str = ""
    ) -> Module:
        """A copy of a module at stage "linalg" (option weights=argument) whose
        `rasp.weights` hold these arrays. Raises ValueError if a name or a shape
        is not that of the model."""

@final
class CompiledFunction:
    """The emitted function, compiled by LLVM's JIT. Thread safe."""

    def __call__(self, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        """[batch, position] ids, BOS first -> [batch, position, outputs] float32."""

@final
class Transformer:
    """A forward pass over weights that stand in NumPy arrays.

    Reads the arrays it was given at each call: a change of a weight takes effect
    in the next. Needs no compilation."""

    def __init__(
        self,
        shape: Mapping[str, int],
        causal: bool,
        weights: Mapping[str, npt.NDArray[np.float32]],
    ) -> None:
        """`shape` as in the metadata of docs/abi.md (layers, heads, d_model,
        d_head, d_mlp, vocab_size, outputs, max_seq_len). ValueError names a
        weight that is missing or of a wrong shape or dtype."""
    def forward(self, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        """[batch, position] -> logits [batch, position, outputs]."""
    def run_with_cache(
        self, ids: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.float32], dict[str, npt.NDArray[np.float32]]]:
        """The logits, and every activation under TransformerLens' hook names:

        hook_embed, hook_pos_embed                  [batch, position, d_model]
        blocks.I.hook_resid_pre, .hook_attn_out, .hook_resid_mid, .hook_mlp_out,
        .hook_resid_post                            [batch, position, d_model]
        blocks.I.attn.hook_q, .hook_k, .hook_v, .hook_z
                                                    [batch, position, head, d_head]
        blocks.I.attn.hook_attn_scores (-inf where masked), .hook_pattern
                                                    [batch, head, query, key]
        blocks.I.mlp.hook_pre, .hook_post           [batch, position, d_mlp]

        Without heads or hidden units their entries are left out."""

@final
class Domain:
    """The values that an s-op can take."""

    @property
    def kind(self) -> str:
        """One of "finite", "grid", "interval" or "any"."""
    @property
    def values(self) -> list[Scalar]:
        """Of a finite domain, in order, without none; a new list each time."""
    @property
    def may_be_none(self) -> bool: ...
    @property
    def low(self) -> Optional[float]:
        """The least value of a numeric domain; None of another."""
    @property
    def high(self) -> Optional[float]:
        """The greatest value of a numeric domain; None of another."""
    @property
    def gap(self) -> Optional[float]:
        """The least distance of two values of a numeric domain, 0 if it is not
        known; None of another."""
    @property
    def max_denominator(self) -> int:
        """Of a grid: the fractions p/q with q up to it."""
    def __str__(self) -> str: ...

@final
class Facts:
    """What the domain analysis knows of an s-op (include/rasp/Dialect/Rasp/IR/Domain.h)."""

    @property
    def domain(self) -> Domain: ...
    @property
    def position(self) -> Optional[tuple[int, int, int]]:
        """(length_factor, index_factor, offset): the value is length * length_factor
        + index * index_factor + offset at each position."""
    @property
    def upper_bound(self) -> Optional[tuple[int, int, int]]:
        """The same, as an upper bound."""
    @property
    def same_per_position(self) -> bool:
        """All positions of an input have the same value."""
    @property
    def distinct_per_position(self) -> bool:
        """No two positions of an input have the same value."""

@final
class SelectorFacts:
    """What is known of every row of a selector."""

    @property
    def min_width(self) -> int: ...
    @property
    def max_width(self) -> int: ...
    @property
    def reflexive(self) -> bool:
        """Each position selects itself."""
    @property
    def irreflexive(self) -> bool:
        """No position selects itself."""
    @property
    def same_rows(self) -> bool:
        """All rows of an input are equal."""

@final
class Value:
    """An s-op or a selector in a `ProgramBuilder`."""

    @property
    def is_selector(self) -> bool: ...
    @property
    def element_type(self) -> str:
        """One of "i1", "i64", "f64", "str" and "any"; "" for a selector."""

@final
class ProgramBuilder:
    """Builds one `rasp.program`, op by op, in order.

    `label` names a value (columns, heads and units of the model bear it; that of a
    selector is in the IR and in the circuit), `location` is the line of the user's
    program that asked for it. An element type is "i1", "i64", "f64", "str" or "any".
    An op that does not verify raises CompilationError at once, with its location.

    Domains are inferred as ops are made: `facts` costs nothing more."""

    @property
    def tokens(self) -> Value: ...
    def __init__(
        self,
        name: str,
        vocab: Sequence[Scalar],
        element_type: str,
        max_seq_len: int,
        *,
        causal: bool = False,
        bos: str = "BOS",
        pad: str = "PAD",
        location: Optional[SourceLocation] = None,
    ) -> None: ...
    def indices(
        self, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def constant(
        self, value: Scalar, element_type: str, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def lookup(
        self,
        inputs: Sequence[Value],
        keys: Sequence[Sequence[Scalar]],
        values: Sequence[Scalar],
        fallback: Optional[tuple[Scalar]],
        element_type: str,
        *,
        label: Optional[str] = None,
        location: Optional[SourceLocation] = None,
    ) -> Value:
        """A `rasp.lookup`: `values[i]` for the key `keys[i]`, one scalar for each
        input; `fallback` is a tuple of one scalar, or None for no fallback."""
    def map(
        self,
        inputs: Sequence[Value],
        body: Sequence[tuple[str, Sequence[int], object, str]],
        element_type: str,
        *,
        label: Optional[str] = None,
        location: Optional[SourceLocation] = None,
    ) -> Value:
        """A `rasp.map`. `body` lists the scalar ops in order: the name, the
        numbers of the operands (the inputs are 0 ... n-1, op i has number n+i), an
        attribute and the result's element type. The attribute is the value of an
        `arith.constant` or `rasp.string`, the predicate of an `arith.cmpi`
        ("slt", ...), `arith.cmpf` ("olt", ...) or `rasp.compare_strings` ("lt",
        ...), and None otherwise. The last op's result is yielded; an empty body
        yields input 0."""
    def select(
        self, keys: Value, queries: Value, predicate: str, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value:
        """`predicate` is one of eq ne lt le gt ge true false."""
    def select_table(
        self,
        keys: Value,
        queries: Value,
        pairs: Sequence[tuple[Scalar, Scalar]],
        selected: Sequence[bool],
        fallback: Optional[bool],
        *,
        label: Optional[str] = None,
        location: Optional[SourceLocation] = None,
    ) -> Value:
        """A select by a table of (key, query)."""
    def select_map(
        self,
        keys: Value,
        queries: Value,
        body: Sequence[tuple[str, Sequence[int], object, str]],
        *,
        label: Optional[str] = None,
        location: Optional[SourceLocation] = None,
    ) -> Value:
        """A select by a region; `body` as in `map`, 0 is the key, 1 the query."""
    def selector_and(
        self, lhs: Value, rhs: Value, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def selector_or(
        self, lhs: Value, rhs: Value, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def selector_not(
        self, selector: Value, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def best(
        self, selector: Value, scores: Value, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def aggregate(
        self,
        selector: Value,
        values: Value,
        default: Scalar,
        element_type: str,
        *,
        unique: bool = False,
        label: Optional[str] = None,
        location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def selector_width(
        self, selector: Value, *,
        label: Optional[str] = None, location: Optional[SourceLocation] = None,
    ) -> Value: ...
    def facts(self, value: Value) -> Facts:
        """Of an s-op."""
    def selector_facts(self, value: Value) -> SelectorFacts: ...
    def combinations(
        self, inputs: Sequence[Value], limit: int
    ) -> Optional[list[tuple[Scalar, ...]]]:
        """The combinations of values, one for each s-op of `inputs`, that can stand at
        one position (`ElementwiseInputs::enumerate`: an index is less than the length),
        without those that hold none. None if some s-op has no finite domain, or if
        they are more than `limit`."""
    def set_input(self, tokens: Sequence[Scalar]) -> None:
        """The input that `evaluate` evaluates on."""
    def evaluate(self, value: Value) -> Union[list[Scalar], list[list[bool]]]:
        """The value of an s-op, or the rows of a selector (matrix[query][key]), on
        the input: what the reference interpreter gives. Each op is evaluated once.
        Raises EvaluationError."""
    def finish(self, output: Value, *, output_kind: Optional[str] = None) -> Module:
        """Ends the program and gives it away; the builder is of no use afterwards.
        `output_kind` is "categorical", "numerical" or None for the default."""

@final
class SourceNode:
    """An s-op or a selector of RASP source. Never changes."""

    @property
    def key(self) -> int:
        """A number that no other node of the file has."""
    @property
    def kind(self) -> str:
        """What computes it: "tokens", "indices", "constant", "elementwise", "aggregate",
        "selector_width", "select", "and", "or", "not", "best", or "foreign"."""
    @property
    def is_selector(self) -> bool: ...
    @property
    def name(self) -> str:
        """The variable that it was assigned to, or an empty string."""
    @property
    def places(self) -> list[SourcePlace]:
        """The file, line and column that it was written at, then those of the calls
        that it was made in."""
    @property
    def operands(self) -> list[SourceNode]:
        """Of an aggregate: the selector and the values. Of a select: the keys and the
        queries. Of a best: the selector and the scores."""
    @property
    def function(self) -> str:
        """Of an elementwise node: its operator, as RASP writes it."""
    @property
    def scalar(self) -> Scalar:
        """The value of a constant, or the default of an aggregate."""
    @property
    def comparison(self) -> str:
        """Of a select: the operator between key and query."""
    def compute(self, values: Sequence[Scalar]) -> Scalar:
        """The value of an elementwise node, given those of its operands. Raises
        ValueError where it is undefined."""
    def lower(
        self,
        name: str,
        vocab: Sequence[Scalar],
        max_seq_len: int,
        *,
        causal: bool = False,
        bos: str = "BOS",
        pad: str = "PAD",
        output_kind: str = "",
    ) -> Module:
        """The program that computes this s-op. Raises CompilationError."""

@final
class SourceFunction:
    """A function of RASP source."""

    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> list[str]: ...
    def call(self, arguments: Sequence[Any], location: Optional[SourceLocation]) -> Any:
        """What it gives for nodes and functions of the same file, numbers, strings,
        lists and dicts; a tuple of several results. Raises CompilationError, with the
        location of the call."""

@final
class Source:
    """A file of RASP source that was read."""

    @staticmethod
    def read(text: str, filename: str, search_paths: Sequence[str]) -> Source:
        """Reads and evaluates a text. Raises ParseError."""
    @staticmethod
    def library() -> tuple[str, str]:
        """What the file of the library is called in locations, and its text."""
    @property
    def names(self) -> list[str]:
        """The names that its statements set, in order."""
    def get(self, name: str) -> Any:
        """What a name of the file or the library stands for: a node, a function, a
        number, a string, a list or a dict. Raises KeyError."""
    def find_similar(self, name: str) -> Optional[str]:
        """A name of the file or of the library that `name` may be a misspelling of, or
        None."""
    @property
    def settings(self) -> dict[str, Any]:
        """What its comments say: "vocab" and "max_seq_len" if they do, "causal", "name",
        "bos" and "pad", "output_kind" if they do."""
    def get_output(self) -> SourceNode:
        """The s-op that it computes, evaluated anew. Raises ParseError."""
    def make_foreign(self, is_selector: bool) -> SourceNode:
        """A node that stands for an s-op or a selector from elsewhere."""
