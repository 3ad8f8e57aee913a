# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Directions of a vector space that have names.

Tracr's encoders are made from directions, and its residual labels are their texts.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Iterable, List, Optional, Sequence, Tuple, Union

Name = Union[int, str]
Value = Union[int, float, bool, str, Tuple[Any, ...]]


@dataclasses.dataclass(frozen=True)
class BasisDirection:
    """A direction: a name and, where it stands for one value of several, that value.

    Directions have the order of their names and values or, where these cannot be
    compared, of their texts.

    >>> str(BasisDirection("tokens", "a")), str(BasisDirection("one"))
    ('tokens:a', 'one')
    """

    name: Name
    value: Optional[Any] = None

    def __str__(self) -> str:
        return str(self.name) if self.value is None else f"{self.name}:{self.value}"

    def __lt__(self, other: BasisDirection) -> bool:
        try:
            return (self.name, self.value) < (other.name, other.value)
        except TypeError:
            return str(self) < str(other)


@dataclasses.dataclass
class VectorSpaceWithBasis:
    """The space that some directions span; `basis` holds them in order.

    >>> space = VectorSpaceWithBasis.from_values("tokens", ["b", "a"])
    >>> [str(direction) for direction in space.basis], space.num_dims
    (['tokens:a', 'tokens:b'], 2)
    """

    basis: Sequence[BasisDirection]

    def __post_init__(self) -> None:
        self.basis: List[BasisDirection] = sorted(self.basis)

    @classmethod
    def from_names(cls, names: Iterable[Name]) -> VectorSpaceWithBasis:
        """A direction for each name."""
        return cls([BasisDirection(name) for name in names])

    @classmethod
    def from_values(cls, name: Name, values: Iterable[Any]) -> VectorSpaceWithBasis:
        """Directions of one name, one for each value."""
        return cls([BasisDirection(name, value) for value in values])

    @property
    def num_dims(self) -> int:
        return len(self.basis)

    def __contains__(self, direction: BasisDirection) -> bool:
        return direction in self.basis
