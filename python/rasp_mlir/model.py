# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A compiled program: a transformer to run, look into, change and export.

`rasp_mlir.compile` makes a `Model` of a program in the embedded language,
`Model.from_mlir` of one in MLIR, `Model.load` of a file.

In the shapes, `position` counts BOS, and `output` is the axis of the logits: one for each
value of a categorical output, a single number for a numerical one.
"""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import (
    Any,
    Dict,
    Hashable,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    Union,
)

import numpy as np
import numpy.typing as npt

from . import _core, model_file
from .adapters import ModelAdapters
from .circuit import Circuit
from .encoders import InputEncoder, OutputEncoder, Tokens, check_ids
from .errors import RaspError
from .model_config import (
    ModelConfig,
    ModelLabels,
    in_order,
    read_metadata,
    with_python_values,
)
from .model_file import ModelFileError
from .model_output import Attention, ModelOutput, make_output
from .model_source import STAGES, CompiledModel, Source, read_module
from .model_weights import Unembedding, Weights, is_compiled

__all__ = ["Attention", "CompiledModel", "Model", "ModelConfig", "ModelOutput", "Unembedding"]

Array = npt.NDArray[np.float32]


class Model(ModelAdapters):
    """A compiled program.

    >>> from rasp_mlir import compile, library
    >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
    >>> model
    <Model hist: layers 1, heads 1, d_model 4, d_head 4, d_mlp 0, max_seq_len 5, \
vocabulary of 3, categorical output of 5>
    >>> model(["a", "b", "a", "c"]).decoded
    [2, 1, 2, 1]
    >>> model([["a", "a"], ["b"]]).decoded
    [[2, 2], [1]]
    """

    _source: Optional[Source]

    def __init__(
        self,
        module: _core.Module,
        program: str = "",
        *,
        vocab: Optional[Sequence[Hashable]] = None,
        outputs: Optional[Mapping[Any, Any]] = None,
        options: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Compiles a program to a transformer.

        Args:
          module: the program, at any stage before linalg.
          program: its name, where the module has several.
          vocab: the tokens as Python values, in the order of those of the IR, where they are
            other values.
          outputs: from values of the IR to the Python values that they stand for, of a
            categorical output; values that are not in it stand for themselves.
          options: those of the pipeline `lower-to-transformer`, by name.

        Raises:
          CompilationError: if the program cannot be compiled, with the place and the reason.
          ValueError: if `vocab` has another number of tokens than the program.
        """
        options = dict(options or {})
        lowered = module.lower("craft-layers", options)
        weights, metadata = lowered.weights(program)
        config, labels = read_metadata(metadata)
        self._initialize(
            config,
            labels,
            metadata,
            weights,
            None if vocab is None else tuple(vocab),
            in_order(config.outputs, outputs),
        )
        self._source = Source(module, config.name, options)
        self._source.layers = lowered

    @classmethod
    def from_mlir(
        cls,
        source: Union[str, "os.PathLike[str]"],
        program: str = "",
        *,
        options: Optional[Mapping[str, str]] = None,
    ) -> Model:
        """Compiles a program in MLIR: its text, or the path of a file with text or bytecode.
        A file whose name ends in `.rasp` has RASP source: see `rasp_mlir.load`.

        Raises `ParseError` for what is no MLIR, OSError for a file that cannot be read, and
        what `Model` raises.

        >>> model = Model.from_mlir('''
        ...     rasp.program @echo(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
        ...         attributes {vocab = [1, 2], max_seq_len = 3} {
        ...       rasp.return %tokens : !rasp.sop<i64>
        ...     }''')
        >>> model([2, 1]).decoded
        [2, 1]
        """
        return cls(read_module(source), program, options=options)

    def _initialize(
        self,
        config: ModelConfig,
        labels: ModelLabels,
        metadata: Mapping[str, str],
        weights: Mapping[str, Array],
        vocab: Optional[Tuple[Hashable, ...]],
        outputs: Optional[Tuple[Any, ...]],
    ) -> None:
        """Sets all fields, to a model without its program.

        `config` has the values of the IR, `vocab` and `outputs` Python's where they differ.
        """
        config = with_python_values(config, vocab, outputs)
        self._config = config
        self._labels = labels
        self._metadata = dict(metadata)
        self._python_values = vocab, outputs
        self._weights = Weights(weights)
        self._transformer = _core.Transformer(config.shape, config.causal, dict(weights))
        self._source = None
        self.input_encoder = InputEncoder(
            config.vocab, config.bos, config.pad, config.max_seq_len
        )
        """From tokens to ids."""
        self.output_encoder = OutputEncoder(config.outputs, config.none_code)
        """From logits to values."""

    # Running.

    def __call__(self, tokens: Tokens) -> ModelOutput:
        """Runs the model on one sequence of tokens, or on a batch of sequences.

        BOS may stand in front, and is left out of `decoded` and `logits` where it does not.
        Sequences of a batch may have different lengths; PAD at the end of one is ignored.

        The input is a batch if its first element is a sequence: a list, an array, or, where
        no token of the vocabulary is a tuple, a tuple. A string is the sequence of its
        characters, but inside of a list it is a token. Of arrays (NumPy, PyTorch, JAX), one
        dimension is a sequence and two are a batch; their elements and NumPy's scalars are
        the Python values that they hold. Tokens that are equal in Python are the same.

        Raises:
          ValueError: for an empty sequence, one of more than `max_seq_len` tokens, a token
            that is not in the vocabulary, BOS that is not in front, or PAD before a token.
          TypeError: for what is no sequence, and for unhashable tokens.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> output = model("abba")
        >>> output.decoded, output.logits.shape
        ([2, 2, 2, 2], (4, 5))
        >>> model(["BOS", "a"]).decoded
        ['BOS', 1]
        >>> output.attention[0].pattern.shape, output.activations["blocks.0.attn.hook_z"].shape
        ((1, 5, 5), (5, 1, 4))
        """
        encoded = self.input_encoder.encode_tokens(tokens)
        return make_output(
            encoded,
            self._transformer.forward(encoded.ids),
            self._config,
            self.input_encoder,
            self.output_encoder,
            self._transformer.run_with_cache,
        )

    def interpret(self, tokens: Tokens) -> List[Any]:
        """The output of the program on one sequence without BOS, by the reference
        interpreter: what the model is to give.

        Raises what `model(tokens)` raises, ValueError for a batch, `EvaluationError` where
        the program is undefined on the input, and RaspError where the program is not known
        (see `load`).

        >>> from rasp_mlir import compile, library
        >>> compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5).interpret("aba")
        [2, 1, 2]
        """
        source = self._require_source("interpreted")
        encoded = self.input_encoder.encode_tokens(tokens)
        if encoded.is_batch:
            raise ValueError("expected one sequence to interpret, found a batch")
        contract: Mapping[str, Any] = source.module.contract(source.program)
        scalars = [contract["vocab"][number] for number in encoded.ids[0, 1:]]
        found = source.module.interpret(scalars, source.program)
        known, _ = read_metadata(self._metadata)
        meanings = dict(zip(known.outputs or (), self._config.outputs or ()))
        values = [meanings.get(scalar, scalar) for scalar in found]
        return [float(value) if isinstance(value, Fraction) else value for value in values]

    def encode(self, tokens: Tokens) -> npt.NDArray[np.int32]:
        """The ids of one sequence [position] or of a batch [batch, position].

        BOS is put in front where it is missing, and PAD fills up the rows of a batch. Takes
        and refuses what `model(tokens)` does.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.encode([["a", "b"], ["c"]])
        array([[3, 0, 1],
               [3, 2, 4]], dtype=int32)
        """
        return self.input_encoder.encode(tokens)

    def decode(self, logits: Any) -> Any:
        """The output values of logits [..., output], in lists of the shape [...].

        Raises ValueError where the last axis is not that of this model's outputs.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> logits = model.forward(model.encode([["a", "a"], ["b", "c"]]))
        >>> model.decode(logits[:, 1:])
        [[2, 2], [1, 1]]
        """
        return self.output_encoder.decode(logits)

    def forward(self, ids: Any) -> Array:
        """Ids [position] or [batch, position], BOS first, to float32 logits [..., output].

        What stands at position 0, that of BOS, means nothing.

        Raises TypeError for what are no integers, ValueError for other shapes, ids that stand
        for nothing, too many positions, or rows that do not begin with BOS.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.forward(model.encode(["a", "b"])).shape
        (3, 5)
        """
        rows, is_batch = check_ids(ids, self._config.bos_id, self._config.max_seq_len)
        logits = self._transformer.forward(rows)
        return logits if is_batch else logits[0]

    def run_with_cache(self, ids: Any) -> Tuple[Array, Dict[str, Array]]:
        """The logits for ids as in `forward`, and every activation, float32, by the name of
        TransformerLens' hook:

        | name | shape |
        | --- | --- |
        | `hook_embed`, `hook_pos_embed` | [batch, position, d_model] |
        | `blocks.I.hook_resid_pre`, `.hook_attn_out`, `.hook_resid_mid`, `.hook_mlp_out`, \
`.hook_resid_post` | [batch, position, d_model] |
        | `blocks.I.attn.hook_q`, `.hook_k`, `.hook_v`, `.hook_z` \
| [batch, position, head, d_head] |
        | `blocks.I.attn.hook_attn_scores`, `.hook_pattern` | [batch, head, query, key] |
        | `blocks.I.mlp.hook_pre`, `.hook_post` | [batch, position, d_mlp] |

        Without the batch for ids [position]. Scores are -inf where a query may not see a key.
        A model without heads or without hidden units has no such entries.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> logits, activations = model.run_with_cache(model.encode(["a", "b"]))
        >>> activations["blocks.0.hook_resid_post"].shape
        (3, 4)
        """
        rows, is_batch = check_ids(ids, self._config.bos_id, self._config.max_seq_len)
        logits, activations = self._transformer.run_with_cache(rows)
        if is_batch:
            return logits, activations
        return logits[0], {name: activation[0] for name, activation in activations.items()}

    def jit(self) -> CompiledModel:
        """The function of `mlir("linalg")` as machine code, made by LLVM, with the weights as
        they are now; later changes of them do not reach it.

        It is what other users of the emitted function get. Calling the model needs no
        compilation, and is as fast.

        Raises RaspError where the program is not known (see `load`), and ValueError if
        weights were changed that no machine code is made for: see `compiled_weights`.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> compiled = model.jit()
        >>> model.decode(compiled(model.encode(["a", "b", "a"]))[1:])
        [2, 1, 2]
        """
        source = self._require_source("compiled")
        module = source.function(self._weights, self.compiled_weights, {"weights": "argument"})
        return CompiledModel(module.jit(source.program), self._config)

    # Looking inside.

    @property
    def config(self) -> ModelConfig:
        """Sizes, tokens and outputs.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.config.num_heads, model.config.vocab, model.config.outputs
        (1, ('a', 'b', 'c'), (1, 2, 3, 4, 5))
        """
        return self._config

    @property
    def weights(self) -> Weights:
        """The weights by the names of docs/abi.md, float32, writable and without copies: a
        change of one is a change of the model. Copies of it, those of `copy.copy` too, have
        weights of their own.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.weights["layers.0.attention.query.weight"].shape
        (1, 4, 4)
        >>> model.weights["unembedding.bias"][4] += 100
        >>> model("abc").decoded
        [5, 5, 5]
        """
        return self._weights

    @property
    def compiled_weights(self) -> List[str]:
        """The names of the weights that the function of the model reads, in the order in
        which `mlir("linalg", weights="argument")` takes them.

        Layers are padded to the same sizes. Where the program needs no head or no hidden unit
        in a layer at all, the function leaves that part out.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.compiled_weights[:3]
        ['embedding.tokens', 'embedding.positions', 'layers.0.attention.query.weight']
        """
        return [
            name
            for name in self._weights
            if is_compiled(name, self._labels.heads, self._labels.units)
        ]

    @property
    def num_parameters(self) -> int:
        """The number of weights, the unembedding not counted.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.num_parameters
        128
        """
        return self._config.num_parameters

    @property
    def unembedding(self) -> Unembedding:
        """The weight [d_model, output] and the bias [output] that make the logits. Both are
        those of `weights`, but for a model without columns, whose weight has no elements.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> output = model("aab")
        >>> weight, bias = model.unembedding
        >>> model.decode(output.residuals[-1][1:] @ weight + bias)
        [2, 2, 1]
        """
        config = self._config
        weight = self._weights.get("unembedding.weight")
        if weight is None:
            weight = np.zeros((config.d_model, config.num_outputs), dtype=np.float32)
        return Unembedding(weight, self._weights["unembedding.bias"])

    @property
    def residual_labels(self) -> List[str]:
        """A name for each column of the residual stream.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.residual_labels
        ['tokens:a', 'tokens:b', 'tokens:c', 'bos|hist']
        """
        return list(self._labels.residual)

    @property
    def head_labels(self) -> List[List[str]]:
        """For each layer, a name for each of its heads; heads of the padding have none.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.head_labels
        [['hist']]
        """
        return [list(names) for names in self._labels.heads]

    @property
    def unit_labels(self) -> List[List[str]]:
        """For each layer, a name for each of its hidden units; those of the padding have
        none.

        >>> from rasp_mlir import compile, library, rasp
        >>> model = compile(library.make_reverse(rasp.tokens), ["a", "b"], max_seq_len=3)
        >>> model.unit_labels
        [['mirrored', 'mirrored', 'mirrored', 'mirrored'], []]
        """
        return [list(names) for names in self._labels.units]

    @cached_property
    def circuit(self) -> Circuit:
        """Which heads, hidden units and columns compute which value of the program.

        It is that of the compiled program, whatever was written into `weights` since. Raises
        RaspError where the program is not known (see `load`).

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> model.circuit.values["hist"].components
        ('blocks.0.attn.head.0',)
        """
        source = self._require_source("described as a circuit")
        text = source.module.export("circuit", source.program, source.options)
        return Circuit.from_json(text.decode())

    def mlir(
        self,
        stage: str = "linalg",
        *,
        locations: bool = False,
        elide_weights: bool = False,
        **options: Any,
    ) -> str:
        """The program in MLIR at one of its stages: "rasp", "craft-values", "craft-blocks",
        "craft-layers" or "linalg", the function that docs/abi.md describes.

        Args:
          stage: how far the program is lowered.
          locations: whether to print where in the program each op comes from.
          elide_weights: whether to leave out the values of large constants; the text then
            does not parse.
          options: those of the pipeline, such as `weights="argument"` or `sequence=8`.

        The stages before linalg show what was compiled, whatever was written into `weights`
        since. The last has the weights as they are now; with changed ones, they have to be
        arguments of the function (`weights="argument"`).

        Raises ValueError for a stage or an option that does not exist and for a value that an
        option does not take, which can be a CompilationError, a ValueError as well; and
        RaspError where the program is not known (see `load`).

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> "rasp.program @hist" in model.mlir("rasp"), "linalg.generic" in model.mlir()
        (True, True)
        """
        if stage not in STAGES:
            raise ValueError(f"expected one of the stages {', '.join(STAGES)}, found {stage!r}")
        source = self._require_source("printed as MLIR")
        module = source.lower(stage, self._weights, self.compiled_weights, options)
        return module.to_text(locations=locations, elide_weights=elide_weights)

    def __repr__(self) -> str:
        config = self._config
        outputs = "" if config.outputs is None else f" of {len(config.outputs)}"
        return (
            f"<Model {config.name}: layers {config.num_layers}, heads {config.num_heads},"
            f" d_model {config.d_model}, d_head {config.d_head}, d_mlp {config.d_mlp},"
            f" max_seq_len {config.max_seq_len},{' causal,' if config.causal else ''}"
            f" vocabulary of {len(config.vocab)}, {config.output} output{outputs}>"
        )

    # Files and copies.

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes the model to one safetensors file: weights as they are now, labels, tokens,
        outputs, and the program.

        Any reader of safetensors loads it; docs/abi.md has the names. Nothing in it is
        executed when it is loaded. Under the path stands what stood there before until the
        file is complete.

        Raises OSError if the file cannot be written, and TypeError if a token or an output is
        a Python object that a file cannot hold.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "hist.safetensors")
        ...     model.save(path)
        ...     Model.load(path)("aab").decoded
        [2, 2, 1]
        """
        model_file.write(path, self._to_bytes(*self._python_values))

    @classmethod
    def load(cls, path: Union[str, "os.PathLike[str]"]) -> Model:
        """Reads a file of `save`, or of `rasp-translate --export-safetensors`.

        The latter does not hold the program: such a model runs and goes to PyTorch, JAX and
        TransformerLens, but `mlir`, `jit`, `circuit` and `to_iree` raise RaspError.

        Raises OSError if the file cannot be read, and ModelFileError, a ValueError, for a
        file that holds no model or a damaged one.

        >>> Model.load(__file__)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        rasp_mlir.model_file.ModelFileError: ... is no safetensors file, or is cut off: ...
        """
        stored = model_file.read(path)
        try:
            return cls._from_stored(stored)
        except ValueError as error:
            raise ModelFileError(f"{os.fspath(path)}: {error}") from error

    def _to_bytes(
        self, vocab: Optional[Tuple[Any, ...]], outputs: Optional[Tuple[Any, ...]]
    ) -> bytes:
        program = None
        if self._source is not None:
            text = self._source.module.to_text(locations=True)
            program = model_file.StoredProgram(self._source.program, text, self._source.options)
        return model_file.to_bytes(self._weights, self._metadata, program, vocab, outputs)

    @classmethod
    def _from_stored(cls, stored: model_file.StoredModel) -> Model:
        model = cls.__new__(cls)
        model._initialize(
            stored.config,
            stored.labels,
            stored.metadata,
            stored.weights,
            stored.vocab,
            stored.outputs,
        )
        if stored.program is not None:
            name = f"<program of {stored.config.name}>"
            module = _core.Module.parse(stored.program.mlir, name)
            model._source = Source(module, stored.program.name, stored.program.options)
        return model

    def __reduce__(self) -> Tuple[Any, ...]:
        # Pickle takes tokens that a file cannot hold.
        return _unpickle, (type(self), self._to_bytes(None, None), *self._python_values)

    def __copy__(self) -> Model:
        # Weights are the state of a model: sharing them would make no copy of it.
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: Dict[int, Any]) -> Model:
        copy = type(self).__new__(type(self))
        weights = {name: weight.copy() for name, weight in self._weights.items()}
        copy.__dict__.update(self.__dict__)
        copy._weights = Weights(weights)
        copy._transformer = _core.Transformer(self._config.shape, self._config.causal, weights)
        return copy

    # The program.

    def _require_source(self, purpose: str) -> Source:
        if self._source is None:
            raise RaspError(
                f"'{self._config.name}' cannot be {purpose}: it was read from a file of"
                " rasp-translate --export-safetensors, which holds the weights and not the"
                " program; files of Model.save hold both"
            )
        return self._source


def _unpickle(
    cls: Type[Model],
    data: bytes,
    vocab: Optional[Tuple[Any, ...]],
    outputs: Optional[Tuple[Any, ...]],
) -> Model:
    stored = model_file.from_bytes(data, "a pickled model")
    return cls._from_stored(replace(stored, vocab=vocab, outputs=outputs))
