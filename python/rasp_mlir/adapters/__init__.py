# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models in other frameworks. Each module needs a package that is an optional extra of this
one, and is imported when it is used."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any, Callable, Optional, Tuple

if TYPE_CHECKING:
    import torch
    from transformer_lens import TransformerBridge

    from .iree import IreeModel
    from .jax import Params
    from .stablehlo import StableHLO

_NEEDS = {
    "torch": ("PyTorch", ("torch",), "torch"),
    "transformer_lens": (
        "TransformerLens 4", ("transformer_lens", "torch"), "'transformer-lens>=4'"
    ),
    "jax": ("JAX", ("jax", "jaxlib"), "'jax>=0.4.30'"),
    "stablehlo": ("JAX", ("jax", "jaxlib"), "'jax>=0.4.30'"),
    "iree": ("IREE", ("iree",), "iree-base-compiler iree-base-runtime"),
}  # fmt: skip
"""For each adapter: what it is for, the modules that it imports, what pip installs for it."""


def _load(name: str) -> ModuleType:
    """An adapter. Raises ImportError that says what to install."""
    product, modules, requirements = _NEEDS[name]
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in modules:
            raise
        raise ImportError(
            f"{product} is not installed, or in another version:"
            f" pip install {requirements} ({error})",
            name=error.name,
        ) from error


class ModelAdapters:
    """What `Model` becomes in other frameworks. All have copies of the weights as they are
    now, and give the logits of `Model.forward` for the same ids."""

    def to_torch(self) -> torch.nn.Module:
        """The model as a module of PyTorch, with copies of the weights as parameters.

        `forward(ids)` takes integer ids [batch, position], BOS first, to logits [batch,
        position, output]. The names of its `state_dict` are those of docs/abi.md.

        What `Model.forward` raises for ids, `forward` raises too, except where their values
        are not known: `torch.compile`, `torch.export` and `torch.vmap` of ids see shapes only.

        Raises ImportError without PyTorch (`pip install torch`).

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> import torch
        >>> module = model.to_torch()
        >>> ids = torch.tensor(model.encode([["a", "b", "a"]]))
        >>> model.decode(module(ids)[:, 1:].detach())
        [[2, 1, 2]]
        """
        return _load("torch").to_torch(self)

    def to_transformer_lens(self) -> TransformerBridge:
        """The model in TransformerLens, with copies of the weights.

        The bridge takes ids [batch, position], BOS first, and masks PAD itself. Its hooks have
        the names and the activations of `run_with_cache`. A model without layers, heads,
        hidden units or columns has one of zeros there. Ids are checked as in `to_torch`.

        TransformerLens' compatibility mode changes weights, and with them logits:
        `enable_compatibility_mode(no_processing=True)` leaves them as they are.

        Raises ImportError without TransformerLens 4 (`pip install 'transformer-lens>=4'`).

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> import torch
        >>> bridge = model.to_transformer_lens()
        >>> ids = torch.tensor(model.encode([["a", "b", "a"]]))
        >>> logits, cache = bridge.run_with_cache(ids)
        >>> model.decode(logits[:, 1:].detach()), list(cache["blocks.0.attn.hook_z"].shape)
        ([[2, 1, 2]], [1, 4, 1, 4])
        """
        return _load("transformer_lens").to_transformer_lens(self)

    def to_jax(self) -> Tuple[Callable[[Params, Any], Any], Params]:
        """A pure function `logits = function(params, ids)`, and its parameters.

        The parameters are a dictionary of JAX arrays by the names of docs/abi.md, copies of
        the weights. Ids are [batch, position], BOS first; `jax.jit`, `jax.grad` and `jax.vmap`
        go through the function.

        What `Model.forward` raises for ids, the function raises too. Of ids that are arguments
        of a traced function, as in `jax.jit` and `jax.vmap`, only the dtype and the shape are
        known: JAX reads an id that is too great as that of PAD.

        Raises ImportError without JAX (`pip install 'jax>=0.4.30'`).

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> import jax
        >>> function, params = model.to_jax()
        >>> model.decode(jax.jit(function)(params, model.encode([["a", "b", "a"]]))[:, 1:])
        [[2, 1, 2]]
        """
        return _load("jax").to_jax(self)

    def to_stablehlo(
        self, *, batch: Optional[int] = None, sequence: Optional[int] = None
    ) -> StableHLO:
        """The model in StableHLO, from JAX's exporter, with its weights inside.

        Its one function takes int32 ids [batch, position], BOS first, to logits [batch,
        position, output]. `batch` and `sequence`, BOS counted, are its sizes; a size that is
        not given is symbolic. The values of ids are not checked.

        Raises ImportError without JAX (`pip install 'jax>=0.4.30'`), ValueError for sizes that
        the model does not have.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> program = model.to_stablehlo(batch=1)
        >>> "stablehlo.dot_general" in program.text
        True
        >>> model.decode(program.exported.call(model.encode([["a", "b", "a"]]))[:, 1:])
        [[2, 1, 2]]
        """
        return _load("stablehlo").to_stablehlo(self, batch, sequence)

    def to_iree(self) -> IreeModel:
        """The model compiled by IREE for this machine's CPU, with its weights as they are
        now; it is called with ids as `forward` is.

        For other targets, IREE's compiler takes what `mlir("linalg")` gives.

        Raises ImportError without IREE (`pip install iree-base-compiler iree-base-runtime`),
        and what `jit` raises.

        >>> from rasp_mlir import compile, library
        >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
        >>> iree_model = model.to_iree()
        >>> model.decode(iree_model(model.encode(["a", "b", "a"]))[1:])
        [2, 1, 2]
        """
        return _load("iree").to_iree(self)
