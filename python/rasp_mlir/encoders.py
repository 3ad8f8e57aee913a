# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Between Python values and the arrays of a model.

`InputEncoder` makes ids of tokens, `OutputEncoder` makes values of logits.
"""

from __future__ import annotations

import difflib
import math
import numbers
from collections import abc
from dataclasses import dataclass
from typing import Any, Dict, Hashable, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt

_MAX_SHOWN = 12
"""How many values an error lists."""


def kind_of(value: Any) -> str:
    """The type of a value in words: "an int"."""
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _listed(values: Sequence[Any]) -> str:
    shown = ", ".join(map(repr, values[:_MAX_SHOWN]))
    return shown if len(values) <= _MAX_SHOWN else f"{shown}, ... ({len(values)} in all)"


def _near(value: Any, known: Sequence[Any]) -> List[Any]:
    """The values among `known` that somebody who wrote `value` may have meant."""
    text = str(value)
    same_text = [other for other in known if str(other) == text]
    if same_text:
        return same_text
    if isinstance(value, numbers.Real):
        # A float32 is not the float that it was made from.
        return [
            other
            for other in known
            if isinstance(other, numbers.Real) and math.isclose(value, other, rel_tol=1e-6)
        ]
    texts = {str(other): other for other in known if type(other) is type(value)}
    close = difflib.get_close_matches(text, texts, n=3)
    if not close and isinstance(value, str):
        close = [other for other in texts if other.casefold() == text.casefold()]
    return [texts[match] for match in close]


def _did_you_mean(value: Any, known: Sequence[Any]) -> str:
    near = _near(value, known)
    if not near:
        return ""
    kinds = [
        f"{other!r} ({kind_of(other)}, not {kind_of(value)})"
        if type(other) is not type(value)
        else repr(other)
        for other in near
    ]
    return f"; did you mean {' or '.join(kinds)}?"


@dataclass(frozen=True)
class EncodedTokens:
    """Ids, and how they came from tokens."""

    ids: npt.NDArray[np.int32]
    """[batch, position]: BOS, tokens, and PAD up to the longest row."""

    lengths: Tuple[int, ...]
    """The number of tokens of each row, BOS and PAD not counted."""

    has_bos: bool
    """Whether the tokens had BOS in front."""

    is_batch: bool
    """Whether they were several sequences."""


class InputEncoder:
    """Tokens to ids: those of the vocabulary in its order, then BOS and PAD.

    Tokens that are equal in Python are the same token: True, 1, 1.0 and np.int64(1).

    >>> encoder = InputEncoder(["a", "b"], bos="BOS", pad="PAD", max_seq_len=3)
    >>> encoder.encode(["b", "a"])
    array([2, 1, 0], dtype=int32)
    >>> encoder.decode([2, 1, 0, 3])
    ['BOS', 'b', 'a', 'PAD']
    """

    def __init__(self, vocab: Iterable[Hashable], bos: Hashable, pad: Hashable, max_seq_len: int):
        self.vocab = tuple(vocab)
        self.bos = bos
        self.pad = pad
        self.max_seq_len = max_seq_len
        self.bos_id = len(self.vocab)
        self.pad_id = self.bos_id + 1
        self._tokens = (*self.vocab, bos, pad)
        self._ids: Dict[Hashable, int] = {}
        for number, token in enumerate(self._tokens):
            other = self._ids.setdefault(token, number)
            if other != number:
                raise ValueError(
                    f"the tokens {self._tokens[other]!r} and {token!r} are equal, but stand for"
                    f" different ids, {other} and {number}"
                )
        self._has_tuples = any(isinstance(token, tuple) for token in self._tokens)

    @property
    def ids(self) -> Mapping[Hashable, int]:
        """The id of each token, of BOS and of PAD."""
        return dict(self._ids)

    def encode(self, tokens: Any) -> npt.NDArray[np.int32]:
        """The ids of one sequence [position], or of a batch [batch, position].

        BOS is put in front where it is missing; rows of a batch are filled up with PAD.
        What counts as a sequence and as a batch, and the errors, are those of
        `Model.__call__`.

        >>> encoder = InputEncoder(["a", "b"], bos="BOS", pad="PAD", max_seq_len=3)
        >>> encoder.encode([["a"], ["b", "a"]])
        array([[2, 0, 3],
               [2, 1, 0]], dtype=int32)
        """
        encoded = self.encode_tokens(tokens)
        return encoded.ids if encoded.is_batch else encoded.ids[0]

    def decode(self, ids: Any) -> List[Any]:
        """The tokens with these ids, BOS and PAD among them; a list of lists for [batch,
        position]. Raises ValueError for other ids, TypeError for what is no integer."""
        array = np.asarray(ids)
        if array.size and array.dtype.kind not in "iu":
            raise TypeError(f"expected integer ids, found an array of {array.dtype}")
        if array.ndim > 1:
            return [self.decode(row) for row in array]
        values = np.atleast_1d(array).tolist()
        for number in values:
            if not 0 <= number <= self.pad_id:
                raise ValueError(f"expected ids from 0 to {self.pad_id}, found {number}")
        return [self._tokens[number] for number in values]

    def encode_tokens(self, tokens: Any) -> EncodedTokens:
        """The ids of one sequence or of a batch, and how they came about."""
        ids = self._ids
        if type(tokens) in (list, tuple, str):
            # What a plain sequence of tokens without BOS costs is what most calls cost.
            try:
                row = [ids[token] for token in tokens]
            except (KeyError, TypeError):
                row = []
            if row and max(row) < self.bos_id and len(row) <= self.max_seq_len:
                return EncodedTokens(
                    np.array([[self.bos_id, *row]], dtype=np.int32), (len(row),), False, False
                )
        rows, is_batch = self._rows(tokens)
        encoded = [self._encode_row(row, i if is_batch else None) for i, row in enumerate(rows)]
        with_bos = [has_bos for _, has_bos in encoded]
        if any(with_bos) != all(with_bos):
            raise ValueError(
                f"sequence {with_bos.index(True)} of the batch begins with BOS, {self.bos!r}, and"
                f" sequence {with_bos.index(False)} does not: write it in front of all or of none"
            )
        lengths = tuple(len(row) for row, _ in encoded)
        array = np.full((len(encoded), 1 + max(lengths)), self.pad_id, dtype=np.int32)
        array[:, 0] = self.bos_id
        for i, (row, _) in enumerate(encoded):
            array[i, 1 : 1 + len(row)] = row
        return EncodedTokens(array, lengths, with_bos[0], is_batch)

    def _rows(self, tokens: Any) -> Tuple[List[List[Any]], bool]:
        """The sequences in `tokens`, and whether they are a batch."""
        tokens = _as_list(tokens, "a sequence of tokens, or a batch of such sequences")
        if not tokens:
            raise ValueError("expected at least one token, found an empty sequence")
        if not self._is_sequence(tokens[0]):
            return [tokens], False
        rows = []
        for i, row in enumerate(tokens):
            if not self._is_sequence(row) and not isinstance(row, str):
                raise TypeError(
                    f"expected a batch of sequences, as the first is one, and found"
                    f" {row!r}, {kind_of(row)}, in place of sequence {i}"
                )
            rows.append(_as_list(row, f"sequence {i} of the batch to be a sequence of tokens"))
        return rows, True

    def _is_sequence(self, element: Any) -> bool:
        """Whether an element of the input is a sequence of tokens, not a token."""
        if isinstance(element, tuple):
            return not self._has_tuples
        return isinstance(element, list) or getattr(element, "ndim", 0) > 0

    def _encode_row(self, row: List[Any], number: Optional[int]) -> Tuple[List[int], bool]:
        """The ids of a row without BOS and PAD, and whether it had BOS."""
        of_batch = "" if number is None else f" of sequence {number}"
        ids = [self._id_of(token, i, of_batch, row) for i, token in enumerate(row)]
        while ids and ids[-1] == self.pad_id:
            ids.pop()
        has_bos = bool(ids) and ids[0] == self.bos_id
        ids = ids[1:] if has_bos else ids
        for role, special, place in (
            ("BOS", self.bos_id, "in front of a sequence"),
            ("PAD", self.pad_id, "at the end of a sequence"),
        ):
            if special in ids:
                position = ids.index(special) + has_bos
                raise ValueError(
                    f"{role}, {self._tokens[special]!r}, may stand only {place}, and is found at"
                    f" position {position}{of_batch}: {_listed(row)}"
                )
        if not ids:
            raise ValueError(
                "expected at least one token"
                + (f" in sequence {number} of the batch" if of_batch else "")
                + (", found BOS alone" if has_bos else ", found an empty sequence")
            )
        if len(ids) > self.max_seq_len:
            raise ValueError(
                f"expected at most {self.max_seq_len} tokens (max_seq_len), BOS not counted, found"
                f" {len(ids)}{' in sequence ' + str(number) if of_batch else ''}: {_listed(row)}"
            )
        return ids, has_bos

    def _id_of(self, token: Any, position: int, of_batch: str, row: Sequence[Any]) -> int:
        try:
            found = self._ids.get(token)
        except TypeError:
            found = None
            is_hashable = False
        else:
            is_hashable = True
        if found is not None:
            return found
        if getattr(token, "ndim", None) == 0 and callable(getattr(token, "item", None)):
            # A scalar of NumPy or an array framework without the hash of its value.
            found = self._ids.get(token.item())
            if found is not None:
                return found
        if not is_hashable:
            raise TypeError(
                f"the token at position {position}{of_batch} is unhashable, and so in no"
                f" vocabulary: {token!r}, {kind_of(token)}"
            )
        known = [*self.vocab, self.bos]
        message = (
            f"the token {token!r} at position {position}{of_batch} is not in the vocabulary:"
            f" expected one of {_listed(self.vocab)}{_did_you_mean(token, known)}"
        )
        if isinstance(token, str) and len(token) > 1 and all(c in self._ids for c in token):
            message += f" (a sequence of its characters is written {list(token)[:_MAX_SHOWN]!r})"
        elif "".join(map(str, row)) in self._ids and all(isinstance(t, str) for t in row):
            message += f" (a sequence of one token is written [{''.join(row)!r}])"
        raise ValueError(message)


def _as_list(tokens: Any, expected: str) -> List[Any]:
    """The elements of a sequence; arrays as Python's values."""
    if isinstance(tokens, (list, tuple)):
        return list(tokens)
    ndim = getattr(tokens, "ndim", None)
    if ndim is not None and callable(getattr(tokens, "tolist", None)):
        if ndim not in (1, 2):
            raise TypeError(
                f"expected {expected}: an array of 1 or 2 dimensions, found {ndim} dimensions"
            )
        return list(tokens.tolist())
    if isinstance(tokens, (abc.Mapping, abc.Set)):
        raise TypeError(f"expected {expected}, found {kind_of(tokens)}, which has no order")
    try:
        return list(tokens)
    except TypeError:
        raise TypeError(
            f"expected {expected}, found {tokens!r}, {kind_of(tokens)}"
        ) from None


def check_ids(
    ids: Any, bos_id: int, max_seq_len: int
) -> Tuple[npt.NDArray[np.int32], bool]:
    """Ids as [batch, position], and whether they were a batch, for a model whose PAD follows
    BOS. The errors are those of `Model.forward`."""
    array = np.asarray(ids)
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"expected integer ids, found an array of {array.dtype}; Model.encode makes ids of"
            " tokens"
        )
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(
            "expected ids of the shape [position] or [batch, position], found the shape"
            f" {array.shape}"
        )
    is_batch = array.ndim == 2
    rows = array if is_batch else array[np.newaxis]
    if rows.shape[1] > max_seq_len + 1:
        raise ValueError(
            f"expected at most {max_seq_len + 1} positions, BOS counted, found"
            f" {rows.shape[1]}"
        )
    lowest, greatest = rows.min(), rows.max()
    if lowest < 0 or greatest > bos_id + 1:
        raise ValueError(
            f"expected ids from 0 to {bos_id + 1}, that of PAD, found"
            f" {lowest if lowest < 0 else greatest}"
        )
    if (rows[:, 0] != bos_id).any():
        raise ValueError(
            f"expected every row to begin with the id of BOS, {bos_id}, found"
            f" {rows[:, 0].tolist()}"
        )
    return np.ascontiguousarray(rows, dtype=np.int32), is_batch


class OutputEncoder:
    """Logits to values.

    Of a categorical model, `values` holds the value of each logit, and the output is that
    of the greatest, the first of several. Of a numerical model, `values` is None: its one
    logit is the output, but for numbers within 1/2 of `none_code`, which stand for None.

    >>> OutputEncoder(["a", "b"]).decode(np.array([[0.5, 0.0], [0.0, 1.0]]))
    ['a', 'b']
    >>> OutputEncoder(None, none_code=-8.0).decode(np.array([[0.5], [-8.0]]))
    [0.5, None]
    """

    def __init__(self, values: Optional[Sequence[Any]], none_code: Optional[float] = None):
        self.values = None if values is None else tuple(values)
        self.none_code = none_code
        # True and 1 may be different outputs, or the same.
        self._exact: Dict[Tuple[type, Any], int] = {}
        self._equal: Dict[Any, int] = {}
        for number, value in enumerate(self.values or ()):
            self._exact.setdefault((type(value), value), number)
            self._equal.setdefault(value, number)

    @property
    def num_outputs(self) -> int:
        """The number of logits at each position."""
        return 1 if self.values is None else len(self.values)

    def decode(self, logits: Any) -> Any:
        """The values that logits [..., output] stand for, in lists of the shape [...].

        Raises ValueError where the last axis has another length than `num_outputs`.
        """
        logits = np.asarray(logits)
        if logits.ndim == 0 or logits.shape[-1] != self.num_outputs:
            raise ValueError(
                f"expected logits [..., {self.num_outputs}], found the shape {logits.shape}"
            )
        if self.values is not None:
            return _map_nested(self.values.__getitem__, logits.argmax(axis=-1).tolist())
        numbers = logits[..., 0].tolist()
        code = self.none_code
        if code is None:
            return numbers
        return _map_nested(lambda x: None if abs(x - code) <= 0.5 else x, numbers)

    def encode(self, values: Any) -> npt.NDArray[Any]:
        """What a model is trained towards: int64 numbers of the categories, or float32
        numbers, in the shape of the nested lists of `values`.

        Raises ValueError for a value that the model has no logit for, and for None where
        a numerical model has no code for it.

        >>> OutputEncoder(["a", "b"]).encode(["b", "a"])
        array([1, 0])
        """
        if self.values is None:
            encoded = _map_nested(self._number_of, values)
            return np.array(encoded, dtype=np.float32)
        return np.array(_map_nested(self._category_of, values), dtype=np.int64)

    def _number_of(self, value: Any) -> float:
        if value is not None:
            return float(value)
        if self.none_code is None:
            raise ValueError("the model never gives None, and has no number for it")
        return self.none_code

    def _category_of(self, value: Any) -> int:
        assert self.values is not None
        number = self._exact.get((type(value), value), self._equal.get(value))
        if number is not None:
            return number
        raise ValueError(
            f"{value!r} is no output of the model: expected one of"
            f" {_listed(self.values)}{_did_you_mean(value, self.values)}"
        )


def _map_nested(function: Any, values: Any) -> Any:
    if isinstance(values, list):
        return [_map_nested(function, value) for value in values]
    return function(values)


Tokens = Union[Sequence[Any], Sequence[Sequence[Any]], npt.NDArray[Any]]
"""What `Model.__call__` takes."""
