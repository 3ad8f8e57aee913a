# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles programs to transformers."""

from __future__ import annotations

from typing import Any, Iterable

from .... import compile as compile_program
from ....errors import CompilationError
from ....program import checked_vocabulary
from ..craft import bases
from ..rasp import rasp
from . import assemble

COMPILER_BOS = "compiler_bos"
COMPILER_PAD = "compiler_pad"


class UnsupportedProgramError(CompilationError, NotImplementedError):
    """A program that the compiler refuses, with the reason and the place."""


def compile_rasp_to_model(
    program: rasp.SOp,
    vocab: Iterable[Any],
    max_seq_len: int,
    causal: bool = False,
    compiler_bos: str = COMPILER_BOS,
    compiler_pad: str = COMPILER_PAD,
    mlp_exactness: int = 100,
) -> assemble.AssembledTransformerModel:
    """Compiles a program to the weights of a transformer.

    Args:
      program: what to compile. Its encoding says how the output is read:
        `rasp.numerical` gives one number, `rasp.categorical`, which is the default, one
        of the values that the program can have.
      vocab: the tokens that may occur.
      max_seq_len: the greatest number of tokens of an input, BOS not counted.
      causal: whether a position attends to nothing after it.
      compiler_bos: the name of the token before every input.
      compiler_pad: the name of the token that fills up an input at its end.
      mlp_exactness: has no effect. MLPs are exact at every setting.

    Returns:
      The model. `apply` runs it.

    Raises:
      ValueError: if BOS or PAD is in the vocabulary, or the two are the same.
      UnsupportedProgramError: if the program cannot be compiled exactly; it is a
        NotImplementedError, and a ValueError.
      TypeError: if `program` is no s-op, or another argument of a wrong type.

    >>> model = compile_rasp_to_model(
    ...     rasp.tokens + rasp.indices, vocab={1, 2}, max_seq_len=3, compiler_bos="BOS")
    >>> model.apply(["BOS", 1, 1, 2]).decoded
    ['BOS', 1, 2, 4]
    """
    if not isinstance(program, rasp.SOp):
        raise TypeError(f"expected an s-op to compile, found {program!r}")
    tokens = checked_vocabulary(vocab)
    for role, token in (("BOS", compiler_bos), ("PAD", compiler_pad)):
        if not isinstance(token, str):
            raise TypeError(
                f"expected the name of the {role} token to be a string, found {token!r}"
            )
        if token in tokens:
            raise ValueError(
                f"the {role} token {token!r} is in the vocabulary: give it another name by"
                f" compiler_{role.lower()}"
            )
    if compiler_bos == compiler_pad:
        raise ValueError(f"BOS and PAD have the same name, {compiler_bos!r}")
    space = bases.VectorSpaceWithBasis.from_values("tokens", tokens)
    ordered = [direction.value for direction in space.basis]
    try:
        model = compile_program(
            program,
            ordered,
            max_seq_len,
            causal,
            bos=compiler_bos,
            pad=compiler_pad,
            output=rasp.get_encoding(program).value,
        )
    except CompilationError as error:
        raise UnsupportedProgramError(error.diagnostics) from error
    return assemble.assemble_model(model)
