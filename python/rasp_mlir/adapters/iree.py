# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models compiled and run by IREE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

import iree.compiler
import iree.runtime
import numpy as np
import numpy.typing as npt

from ..encoders import check_ids
from ..model_config import ModelConfig

if TYPE_CHECKING:
    from ..model import Model

Array = npt.NDArray[np.float32]


class IreeModel:
    """A model compiled by IREE, with the weights that it had then."""

    def __init__(self, config: ModelConfig, flatbuffer: bytes, weights: Sequence[Array]):
        self.flatbuffer = flatbuffer
        """The module, as IREE's runtimes load it. Its function takes the ids and then the
        weights that it reads."""
        self._config = config
        context = iree.runtime.SystemContext(config=iree.runtime.Config("local-sync"))
        module = iree.runtime.VmModule.copy_buffer(context.instance, flatbuffer)
        context.add_vm_module(module)
        self._function = context.modules[module.name][config.name]
        self._weights = [
            iree.runtime.asdevicearray(context.config.device, weight) for weight in weights
        ]

    def __call__(self, ids: Any) -> Array:
        """Ids [position] or [batch, position] to float32 logits [..., output]; the errors
        are those of `Model.forward`."""
        rows, is_batch = check_ids(ids, self._config.bos_id, self._config.max_seq_len)
        logits = self._function(rows, *self._weights).to_host()
        return logits if is_batch else logits[0]

    def __repr__(self) -> str:
        return f"<IreeModel {self._config.name}: {len(self.flatbuffer)} bytes>"


def to_iree(model: Model) -> IreeModel:
    """Compiles the function of `model` for this machine's CPU and loads it."""
    flatbuffer = iree.compiler.compile_str(
        model.mlir("linalg", weights="argument", elide_weights=True),
        target_backends=["llvm-cpu"],
        extra_args=["--iree-llvmcpu-target-cpu=host"],
    )
    weights = [model.weights[name].copy() for name in model.compiled_weights]
    return IreeModel(model.config, flatbuffer, weights)
