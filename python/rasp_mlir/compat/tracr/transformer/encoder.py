# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From tokens to ids, and from what a model gives to values."""

from __future__ import annotations

import abc
from typing import Any, Dict, List, Optional, Sequence

from ....rasp.values import checked_iterable
from ..craft import bases


class Encoder(abc.ABC):
    """Translates between values and what stands for them in the arrays of a model."""

    @abc.abstractmethod
    def encode(self, inputs: List[Any]) -> List[Any]:
        """What stands for these values."""

    @abc.abstractmethod
    def decode(self, encodings: List[Any]) -> List[Any]:
        """The values that these stand for."""

    @property
    def bos_token(self) -> Optional[str]:
        """The token that every input begins with, if there is one."""
        return None

    @property
    def pad_token(self) -> Optional[str]:
        """The token that fills up an input at its end, if there is one."""
        return None

    @property
    def bos_encoding(self) -> Optional[int]:
        """What stands for `bos_token`."""
        return None

    @property
    def pad_encoding(self) -> Optional[int]:
        """What stands for `pad_token`."""
        return None


def _listed(values: Any) -> List[Any]:
    return list(checked_iterable(values, "a list of values"))


class NumericalEncoder(Encoder):
    """Numbers stand for themselves.

    `none_code` is the number that stands for None in a model whose program can give
    None: every number within 1/2 of it is read as None.

    >>> NumericalEncoder(none_code=-8.0).decode([0.5, -8.0])
    [0.5, None]
    """

    def __init__(self, none_code: Optional[float] = None):
        self.none_code = none_code

    def encode(self, inputs: List[Optional[float]]) -> List[float]:
        inputs = _listed(inputs)
        if self.none_code is None and None in inputs:
            raise ValueError("None is among the values, and this encoder has no number for it")
        none_code = self.none_code or 0.0
        return [none_code if value is None else value for value in inputs]

    def decode(self, encodings: List[float]) -> List[Optional[float]]:
        codes = _listed(encodings)
        if self.none_code is None:
            return codes
        return [None if abs(code - self.none_code) < 0.5 else code for code in codes]


class CategoricalEncoder(Encoder):
    """Each value of a known set has a number: its place in `basis`.

    With `enforce_bos`, an input has to begin with `bos_token`, which may not occur
    again, and only `pad_token` may follow `pad_token`. `max_seq_len` bounds the length
    of an input, `bos_token` counted.

    >>> space = bases.VectorSpaceWithBasis.from_values("tokens", ["BOS", "a", "b"])
    >>> encoder = CategoricalEncoder(space.basis, enforce_bos=True, bos_token="BOS")
    >>> encoder.encode(["BOS", "b", "a"]), encoder.decode([0, 2])
    ([0, 2, 1], ['BOS', 'b'])
    """

    encoding_map: Dict[Any, int]
    """The number of each value."""

    def __init__(
        self,
        basis: Sequence[bases.BasisDirection],
        enforce_bos: bool = False,
        bos_token: Optional[str] = None,
        pad_token: Optional[str] = None,
        max_seq_len: Optional[int] = None,
    ):
        if enforce_bos and not bos_token:
            raise ValueError("enforce_bos needs a bos_token")
        self.basis = list(basis)
        self.encoding_map = {direction.value: i for i, direction in enumerate(self.basis)}
        for role, token in (("BOS", bos_token), ("PAD", pad_token)):
            if token and token not in self.encoding_map:
                raise ValueError(f"the {role} token {token!r} has no direction in the basis")
        self.enforce_bos = enforce_bos
        self._bos_token = bos_token
        self._pad_token = pad_token
        self._max_seq_len = max_seq_len

    def encode(self, inputs: List[Any]) -> List[int]:
        """The numbers of these values.

        Raises ValueError for values without a number, for too many of them, and, with
        `enforce_bos`, where BOS or PAD stand where they must not; TypeError for what is no
        list.
        """
        inputs = _listed(inputs)
        if self.enforce_bos:
            self._check_bos_and_pad(inputs)
        if self._max_seq_len is not None and len(inputs) > self._max_seq_len:
            raise ValueError(
                f"expected at most {self._max_seq_len} tokens"
                f"{', BOS counted' if self._bos_token else ''}, found {len(inputs)}: {inputs}"
            )
        return [self._number_of(value) for value in inputs]

    def decode(self, encodings: List[int]) -> List[Any]:
        """The values with these numbers. Raises ValueError for others."""
        values = []
        for number in _listed(encodings):
            if number not in range(len(self.basis)):
                raise ValueError(
                    f"{number!r} stands for no value: expected one of 0 ... {len(self.basis) - 1}"
                )
            values.append(self.basis[int(number)].value)
        return values

    def _number_of(self, value: Any) -> int:
        try:
            return self.encoding_map[value]
        except (KeyError, TypeError):
            known = ", ".join(map(repr, self.encoding_map))
            raise ValueError(f"{value!r} is not in the vocabulary: {known}") from None

    def _check_bos_and_pad(self, inputs: List[Any]) -> None:
        bos, pad = self._bos_token, self._pad_token
        if not inputs:
            raise ValueError(f"expected an input that begins with BOS, {bos!r}, found no tokens")
        first = inputs[0]
        if first != bos:
            raise ValueError(f"expected the first token to be BOS, {bos!r}, found {first!r}")
        for i in range(1, len(inputs)):
            if inputs[i] == bos:
                raise ValueError(f"BOS, {bos!r}, stands again at position {i}: {inputs}")
            if pad is not None and inputs[i - 1] == pad and inputs[i] != pad:
                raise ValueError(
                    f"{inputs[i]!r} follows PAD, {pad!r}, at position {i}, but PAD fills up the end"
                    f" of an input: {inputs}"
                )

    @property
    def vocab_size(self) -> int:
        """How many values have a number, BOS and PAD among them."""
        return len(self.basis)

    @property
    def bos_token(self) -> Optional[str]:
        return self._bos_token

    @property
    def pad_token(self) -> Optional[str]:
        return self._pad_token

    @property
    def bos_encoding(self) -> Optional[int]:
        return None if self._bos_token is None else self.encoding_map[self._bos_token]

    @property
    def pad_encoding(self) -> Optional[int]:
        return None if self._pad_token is None else self.encoding_map[self._pad_token]
