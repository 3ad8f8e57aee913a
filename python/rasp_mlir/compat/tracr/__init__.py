# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The module tree of Tracr over this compiler.

Code written for Tracr runs after a change of its imports:

    >>> from rasp_mlir.compat.tracr.compiler import compiling
    >>> from rasp_mlir.compat.tracr.rasp import rasp
    >>> same = rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.EQ)
    >>> model = compiling.compile_rasp_to_model(
    ...     rasp.SelectorWidth(same), vocab={"a", "b"}, max_seq_len=4, compiler_bos="BOS")
    >>> model.apply(["BOS", "a", "b", "a"]).decoded
    ['BOS', 2, 1, 2]

or without one, after `rasp_mlir.compat.tracr.install()`.

What is here has the names, signatures, shapes and errors of Tracr's last version
(Lindner et al. 2023, "Tracr: Compiled Transformers as a Laboratory for
Interpretability"); the programs are compiled by this project's compiler, which takes
more of them and is exact. The page docs/coming-from-tracr.md lists what is different.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

__all__ = ["install"]


def install() -> None:
    """Lets `import tracr`, and the import of each module in it, give this package.

    For code whose imports cannot be changed. Raises ImportError if Tracr itself, or
    another package of its name, has been imported already: its modules would mix
    with these.

    >>> import rasp_mlir.compat.tracr
    >>> rasp_mlir.compat.tracr.install()
    >>> from tracr.compiler import compiling
    >>> compiling.__name__
    'rasp_mlir.compat.tracr.compiler.compiling'
    """
    package = sys.modules[__name__]
    if sys.modules.get("tracr", package) is not package:
        raise ImportError(
            "another package named tracr is imported already"
            f" (from {getattr(sys.modules['tracr'], '__file__', None)}): call install() before it"
        )
    modules = {"tracr": package}
    for module in pkgutil.walk_packages(package.__path__, __name__ + "."):
        name = "tracr" + module.name[len(__name__) :]
        modules[name] = importlib.import_module(module.name)
    sys.modules.update(modules)
