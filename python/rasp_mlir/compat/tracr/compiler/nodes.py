# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the nodes of the graph of a program hold."""

from __future__ import annotations

from typing import Any, Dict

Node = Dict[str, Any]
NodeID = str

ID = "ID"
"""The key of the node's name in the graph: the label of its expression."""

EXPR = "EXPR"
"""The key of the node's expression."""
