# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tracr's modules of this name: compilation, and the programs that come with it."""

from .compiling import compile_rasp_to_model

__all__ = ["compile_rasp_to_model"]
