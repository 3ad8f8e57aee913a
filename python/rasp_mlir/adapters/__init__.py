# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models in other frameworks. Each module needs a package that is an optional extra of this
one, and is imported when it is used."""

from __future__ import annotations

import importlib
from types import ModuleType

_NEEDS = {
    "torch": ("PyTorch", ("torch",), "torch"),
    "transformer_lens": ("TransformerLens 4", ("transformer_lens", "torch"), "transformer-lens"),
    "jax": ("JAX", ("jax", "jaxlib"), "jax"),
    "stablehlo": ("JAX", ("jax", "jaxlib"), "jax"),
    "iree": ("IREE", ("iree",), "iree"),
}
"""For each adapter: what it is for, the modules that it imports, the extra that has them."""


def load_adapter(name: str) -> ModuleType:
    """The module of this package. Raises ImportError that says what to install."""
    product, modules, extra = _NEEDS[name]
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in modules:
            raise
        raise ImportError(
            f"{product} is not installed, or in another version:"
            f" pip install 'rasp-mlir[{extra}]' ({error})",
            name=error.name,
        ) from error
