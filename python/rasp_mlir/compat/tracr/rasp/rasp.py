# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The language: the objects of `rasp_mlir.rasp`, with more than Tracr's module has."""

from ....rasp import *  # noqa: F401, F403
from ....rasp import __all__ as __all__
