# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models in StableHLO, by JAX's exporter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional, Sequence

import jax
import jax.export
import jax.numpy as jnp

from ..model_config import ModelConfig
from .jax import to_jax

if TYPE_CHECKING:
    from ..model import Model


@dataclass(frozen=True, repr=False)
class StableHLO:
    """A model in StableHLO, its weights inside."""

    exported: jax.export.Exported
    """As `jax.export` has it: `exported.call(ids)` runs it, `exported.serialize()` makes bytes
    that `jax.export.deserialize` reads (with the package flatbuffers)."""

    @property
    def text(self) -> str:
        """The textual IR."""
        return self.exported.mlir_module()

    @property
    def bytecode(self) -> bytes:
        """A portable artifact: what StableHLO's own tools read, in later versions too."""
        return self.exported.mlir_module_serialized

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        ids = self.exported.in_avals[0]
        return f"<StableHLO {self.exported.fun_name}: {ids} -> {self.exported.out_avals[0]}>"


def to_stablehlo(model: Model, batch: Optional[int], sequence: Optional[int]) -> StableHLO:
    """The model for ids [batch, position], symbolic where a size is None."""
    function, params = to_jax(model)

    def program(ids: Any) -> jax.Array:
        return function(params, ids)

    program.__name__ = model.config.name
    shape = _shape(model.config, batch, sequence)
    exported = jax.export.export(jax.jit(program))(jax.ShapeDtypeStruct(shape, jnp.int32))
    return StableHLO(exported)


def _shape(config: ModelConfig, batch: Optional[int], sequence: Optional[int]) -> Sequence[Any]:
    limit = config.max_seq_len + 1
    if batch is not None and batch < 1:
        raise ValueError(f"expected batch to be at least 1, found {batch}")
    if sequence is not None and not 1 <= sequence <= limit:
        raise ValueError(
            f"expected sequence to be at least 1 and at most {limit}, BOS counted, found {sequence}"
        )
    sizes = ["batch" if batch is None else str(batch)]
    sizes += ["position" if sequence is None else str(sequence)]
    constraints = [f"position <= {limit}"] if sequence is None else []
    return jax.export.symbolic_shape(", ".join(sizes), constraints=constraints)
