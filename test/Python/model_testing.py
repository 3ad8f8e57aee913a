# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models that several files of tests use."""

from pathlib import Path

from rasp_mlir._core import Module
from rasp_mlir.model import Model

LIBRARY = Path(__file__).resolve().parents[1] / "Integration" / "Library"

# Categorical and numerical, without layers, without heads, without hidden units.
NAMES = ["reverse", "hist", "sort", "frac_prevs", "nary_quotient", "nary_sum", "shuffle_dyck2"]


def load_library(name, contract=""):
    module = Module.parse((LIBRARY / f"{name}.mlir").read_text(), name)
    return module.run_passes(f"rasp-set-contract{{{contract}}}") if contract else module


def with_values(vocab, outputs=None):
    """An echo of two tokens that stand for these values."""
    module = Module.parse(
        """rasp.program @echo(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
            attributes {vocab = ["0", "1"], max_seq_len = 3} {
          rasp.return %tokens : !rasp.sop<!rasp.str>
        }"""
    )
    return Model(module, vocab=vocab, outputs=outputs or dict(zip("01", vocab)))
