# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs that people know RASP by, in the embedded language.

Each function makes an s-op. Some of them are Tracr's library, with its names and
arguments; most of the constructions are those of Weiss et al. 2021, "Thinking Like
Transformers" (arXiv:2106.06981), and where another is better, it says so.

    >>> import rasp_mlir
    >>> from rasp_mlir import library, rasp
    >>> reverse = library.make_reverse(rasp.tokens)
    >>> reverse(["a", "b", "c"])
    ['c', 'b', 'a']
    >>> rasp_mlir.compile(reverse, vocab=["a", "b", "c"], max_seq_len=5)(["a", "b", "c"]).decoded
    ['c', 'b', 'a']

In a causal program a position sees nothing after it. What looks at the whole input, such
as a length or a count, then looks at the input up to the position.
"""

from __future__ import annotations

import functools
import operator
from typing import Any, Callable, Optional, Sequence

from . import rasp

_EQ = rasp.Comparison.EQ


def _earlier() -> rasp.Selector:
    """The keys before the query."""
    return rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LT)


def _so_far() -> rasp.Selector:
    """The keys up to the query, and the query itself."""
    return rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LEQ)


def _later() -> rasp.Selector:
    """The keys after the query."""
    return rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.GT)


def _everywhere() -> rasp.Selector:
    return rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.TRUE)


def _where(condition: rasp.SOp) -> rasp.Selector:
    """The keys at which `condition` is true."""
    return rasp.Select(condition, condition, lambda key, query: key)


# Length, order, movement.


def make_length() -> rasp.SOp:
    """The number of tokens, at every position.

    >>> make_length()(["a", "b", "c"])
    [3, 3, 3]
    """
    return rasp.SelectorWidth(_everywhere()).named("length")


length = rasp.length


def make_reverse(sop: rasp.SOp) -> rasp.SOp:
    """The values of `sop`, the last first.

    >>> make_reverse(rasp.tokens)(["a", "b", "c"])
    ['c', 'b', 'a']
    """
    mirrored = (length - 1 - rasp.indices).named("mirrored")
    return rasp.Aggregate(rasp.Select(rasp.indices, mirrored, _EQ), sop).named("reverse")


def shift_by(offset: int, /, sop: rasp.SOp) -> rasp.SOp:
    """The values of `sop`, moved to the right by `offset`; None where nothing arrives.

    >>> shift_by(1, rasp.tokens)(["a", "b", "c"])
    [None, 'a', 'b']
    >>> shift_by(-1, rasp.tokens)(["a", "b", "c"])
    ['b', 'c', None]
    """
    source = rasp.Select(rasp.indices, rasp.indices, lambda key, query: key + offset == query)
    return rasp.Aggregate(source, sop).named(f"shift_by({offset})")


def make_sort_unique(vals: rasp.SOp, keys: rasp.SOp) -> rasp.SOp:
    """The values of `vals` in the order of `keys`, the least key first.

    The keys of an input have to be different. What stands at places that no value goes
    to is None.

    >>> make_sort_unique(rasp.tokens, rasp.tokens)([2, 4, 3, 1])
    [1, 2, 3, 4]
    """
    smaller = rasp.Select(keys, keys, rasp.Comparison.LT)
    rank = rasp.SelectorWidth(smaller).named("rank")
    return rasp.Aggregate(rasp.Select(rank, rasp.indices, _EQ), vals).named("sort")


def make_sort(
    vals: rasp.SOp,
    keys: rasp.SOp,
    *,
    max_seq_len: Optional[int] = None,
    min_key: Optional[float] = None,
) -> rasp.SOp:
    """The values of `vals` in the order of `keys`; values with equal keys stay in theirs.

    A value goes to the place that is the number of keys that are smaller, or equal and
    earlier. `max_seq_len` and `min_key` are not used: Tracr needs them to make keys
    different, and is wrong for keys that differ by less than `min_key`.

    >>> make_sort(rasp.tokens, rasp.tokens)([2, 4, 1, 2])
    [1, 2, 2, 4]
    """
    smaller = rasp.Select(keys, keys, rasp.Comparison.LT)
    tied = rasp.Select(keys, keys, _EQ) & _earlier()
    return _place(rasp.SelectorWidth(smaller | tied).named("rank"), vals).named("sort")


def make_sort_freq(max_seq_len: Optional[int] = None) -> rasp.SOp:
    """The tokens, the most frequent first; equally frequent ones stay in their order.

    `max_seq_len` is not used, as in `make_sort`.

    >>> make_sort_freq()([2, 4, 2, 1])
    [2, 2, 4, 1]
    """
    return make_sort(rasp.tokens, -1 * make_hist()).named("sort_freq")


def _place(rank: rasp.SOp, vals: rasp.SOp) -> rasp.SOp:
    """Each value where its rank says. At any place there is at most one of that rank."""
    return rasp.Aggregate(rasp.Select(rank, rasp.indices, _EQ), vals, unique=True)


# Counts.


def make_hist() -> rasp.SOp:
    """How often each token occurs in the input.

    >>> make_hist()(["a", "b", "a", "c"])
    [2, 1, 2, 1]
    """
    same = rasp.Select(rasp.tokens, rasp.tokens, _EQ)
    return rasp.SelectorWidth(same).named("hist")


def make_is_first(sop: rasp.SOp) -> rasp.SOp:
    """Whether each value occurs for the first time.

    >>> make_is_first(rasp.tokens)(["a", "b", "a"])
    [True, True, False]
    """
    same_earlier = rasp.Select(sop, sop, _EQ) & _earlier()
    return (rasp.SelectorWidth(same_earlier) == 0).named("is_first")


def make_double_hist() -> rasp.SOp:
    """How many different tokens occur as often as each token does.

    >>> make_double_hist()(["a", "b", "b", "c"])
    [2, 1, 1, 2]
    """
    hist = make_hist()
    as_frequent = rasp.Select(hist, hist, _EQ)
    each_once = _where(make_is_first(rasp.tokens))
    return rasp.SelectorWidth(as_frequent & each_once).named("double_hist")


def make_most_freq() -> rasp.SOp:
    """Each token once, the most frequent first, then the earliest; None after them.

    >>> make_most_freq()(["a", "b", "c", "b"])
    ['b', 'a', 'c', None]
    """
    hist, is_first = make_hist(), make_is_first(rasp.tokens)
    more_frequent = rasp.Select(hist, hist, rasp.Comparison.GT)
    tied = rasp.Select(hist, hist, _EQ) & _earlier()
    rank = rasp.SelectorWidth(_where(is_first) & (more_frequent | tied)).named("rank")
    place = rasp.SequenceMap(lambda rank, first: rank if first else -1, rank, is_first)
    return _place(place, rasp.tokens).named("most_freq")


def make_count(sop: rasp.SOp, token: Any) -> rasp.SOp:
    """How often `sop` has the value `token`, at every position.

    >>> make_count(rasp.tokens, "a")(["c", "a", "b", "a"])
    [2, 2, 2, 2]
    """
    matching = rasp.Select(sop, sop, lambda key, query: key == token)
    return rasp.SelectorWidth(matching).named(f"count_{token}")


def make_count_less_freq(n: int) -> rasp.SOp:
    """How many positions hold a token that occurs at most `n` times, at every position.

    >>> make_count_less_freq(2)(["a", "a", "a", "b", "b", "c"])
    [3, 3, 3, 3, 3, 3]
    """
    hist = make_hist()
    rare = rasp.Select(hist, hist, lambda key, query: key <= n)
    return rasp.SelectorWidth(rare).named("count_less_freq")


def make_frac_prevs(bools: rasp.SOp) -> rasp.SOp:
    """The share of the positions up to each, itself counted, at which `bools` is true.

    >>> [float(share) for share in make_frac_prevs(rasp.tokens == "l")(["l", "o", "l", "l"])]
    [1.0, 0.5, 0.6666666666666666, 0.75]
    """
    shares = rasp.Aggregate(_so_far(), rasp.numerical(bools), default=0)
    return rasp.numerical(shares).named("frac_prevs")


# Patterns.


def detect_pattern(sop: rasp.SOp, pattern: Sequence[Any]) -> rasp.SOp:
    """Whether the values up to each position end in `pattern`.

    None at the first `len(pattern) - 1` positions. Raises ValueError for an empty pattern.

    >>> detect_pattern(rasp.tokens, "ab")(["a", "b", "a", "a", "b"])
    [None, True, False, False, True]
    """
    if not len(pattern):
        raise ValueError("expected a pattern of at least one value, found an empty one")
    found = []
    for distance, value in enumerate(reversed(pattern)):
        matches = sop == value
        found.append(shift_by(distance, matches) if distance else matches)
    return functools.reduce(operator.and_, found).named(f"detect_pattern({pattern})")


def make_induction() -> rasp.SOp:
    """The token after the last earlier occurrence of each token, or None.

    What induction heads do (Olsson et al. 2022, "In-context Learning and Induction
    Heads"): to continue a sequence as it went on before.

    >>> make_induction()(["a", "b", "c", "a"])
    [None, None, None, 'b']
    """
    followed = rasp.Select(shift_by(1, rasp.tokens), rasp.tokens, _EQ) & _so_far()
    return rasp.Aggregate(rasp.best(followed, rasp.indices), rasp.tokens).named("induction")


# Brackets.


def make_pair_balance(sop: rasp.SOp, open_token: Any, close_token: Any) -> rasp.SOp:
    """How many more values up to each are `open_token` than `close_token`, as a share.

    Nowhere negative and 0 at the end just where brackets are balanced.

    >>> [float(share) for share in make_pair_balance(rasp.tokens, "(", ")")(["(", ")", ")"])]
    [1.0, 0.0, -0.3333333333333333]
    """
    opened = make_frac_prevs(sop == open_token).named("opened")
    closed = make_frac_prevs(sop == close_token).named("closed")
    balance = rasp.LinearSequenceMap(opened, closed, 1, -1)
    return rasp.numerical(balance).named("pair_balance")


def make_shuffle_dyck(pairs: Sequence[str]) -> rasp.SOp:
    """1 where the brackets of each kind are balanced among themselves, else 0.

    The same at every position. `pairs` has a text of two tokens for each kind; kinds may
    interleave. Raises ValueError for pairs that are none. Faults are added up and only
    their sum is tested, which costs a transformer less than an "or".

    >>> make_shuffle_dyck(["()", "{}"])(["(", "{", ")", "}"])
    [1, 1, 1, 1]
    """
    _check_pairs(pairs)
    balances = [
        make_pair_balance(rasp.tokens, *pair).named(f"balance_{i}") for i, pair in enumerate(pairs)
    ]
    overdrawn = _sum([rasp.Map(lambda share: int(share < 0), share) for share in balances])
    unclosed = _sum([rasp.Map(lambda share: int(share != 0), share) for share in balances])
    last = rasp.Select(rasp.indices, length - 1, _EQ)
    faults = _sum(
        [
            rasp.Aggregate(_everywhere(), overdrawn, default=0).named("overdrawn"),
            rasp.Aggregate(last, unclosed, default=0).named("unclosed"),
        ]
    )
    return rasp.Map(lambda count: int(count == 0), faults).named("shuffle_dyck")


def make_shuffle_dyck1() -> rasp.SOp:
    """`make_shuffle_dyck` for round brackets.

    >>> make_shuffle_dyck1()(["(", ")", ")", "("])
    [0, 0, 0, 0]
    """
    return make_shuffle_dyck(["()"]).named("shuffle_dyck1")


def make_shuffle_dyck2() -> rasp.SOp:
    """`make_shuffle_dyck` for round and curly brackets.

    >>> make_shuffle_dyck2()(["(", "{", ")", "}"])
    [1, 1, 1, 1]
    """
    return make_shuffle_dyck(["()", "{}"]).named("shuffle_dyck2")


def make_dyck_ptf(pairs: Sequence[str]) -> rasp.SOp:
    """What is known of nested brackets after each token.

    "T" where what was read is balanced, "P" where it can become so, "F" where it cannot:
    a bracket was closed that was not open, or one of another kind. `pairs` as in
    `make_shuffle_dyck`; tokens that are in none do not matter.

    A bracket is matched with the last one before it that opened at its depth.

    >>> make_dyck_ptf(["()", "{}"])(["(", "{", "}", ")", "(", "}"])
    ['P', 'P', 'P', 'T', 'P', 'F']
    """
    _check_pairs(pairs)
    kinds = {token: kind for kind, pair in enumerate(pairs) for token in pair}
    opening, closing = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}

    is_opening = rasp.Map(lambda token: token in opening, rasp.tokens).named("is_opening")
    is_closing = rasp.Map(lambda token: token in closing, rasp.tokens).named("is_closing")
    kind = rasp.Map(lambda token: kinds.get(token, -1), rasp.tokens).named("kind")
    depth = (
        rasp.SelectorWidth(_so_far() & _where(is_opening))
        - rasp.SelectorWidth(_so_far() & _where(is_closing))
    ).named("depth")
    level = rasp.SequenceMap(lambda depth, closes: depth + int(closes), depth, is_closing)

    opened = _where(is_opening) & _earlier() & rasp.Select(level, level, _EQ)
    opened_kind = rasp.Aggregate(rasp.best(opened, rasp.indices), kind, default=-1)
    mismatched = (is_closing & (kind != opened_kind)).named("mismatched")
    broken = rasp.SelectorWidth(_so_far() & _where(mismatched))

    def state(broken: int, depth: int) -> str:
        if broken:
            return "F"
        return "P" if depth else "T"

    return rasp.SequenceMap(state, broken, depth).named("dyck_ptf")


# Numbers.


def make_decimal_addition() -> rasp.SOp:
    """The sum of two decimal numbers that are written with a "+" between them.

    The tokens are the digits and "+". The sum stands at the right, after zeros.
    (For inputs without a "+", the first number is 0; what comes after a second "+" is
    not defined.) A carry comes from the next place to the right whose digits do not add
    up to 9, as in Rush's "Thinking Like Transformers" (srush.github.io/raspy).

    >>> "".join(make_decimal_addition()(list("95+7")))
    '0102'
    """
    value = rasp.Map(lambda token: int(token) if token.isdigit() else 0, rasp.tokens)
    is_plus = _where(rasp.tokens == "+")
    plus = rasp.Aggregate(rasp.best(is_plus, -rasp.indices), rasp.indices, default=-1)

    place = (length - 1 - rasp.indices).named("place")
    source = rasp.Select(rasp.indices, plus - 1 - place, _EQ)
    first = rasp.Aggregate(source, value, default=0).named("first")
    is_second = rasp.SequenceMap(operator.gt, rasp.indices, plus)
    second = rasp.SequenceMap(lambda value, inside: value if inside else 0, value, is_second)
    total = (first + second.named("second")).named("total")

    decides = _later() & _where(total != 9)
    carries = rasp.Map(lambda total: int(total > 9), total)
    carry = rasp.Aggregate(rasp.best(decides, -rasp.indices), carries, default=0).named("carry")
    digit = rasp.SequenceMap(lambda total, carry: str((total + carry) % 10), total, carry)
    return digit.named("decimal_addition")


def make_nary_sequencemap(f: Callable[..., Any], *sops: rasp.SOp) -> rasp.SOp:
    """`f` of the values of any number of s-ops, elementwise.

    None where one of the values is None.

    >>> make_nary_sequencemap(lambda x, y, z: x + y - z, rasp.tokens, rasp.tokens, rasp.indices)(
    ...     [1, 2, 3])
    [2, 3, 4]
    """
    return rasp.Map(f, *sops)


def _sum(sops: Sequence[rasp.SOp]) -> rasp.SOp:
    return functools.reduce(operator.add, sops)


def _check_pairs(pairs: Sequence[str]) -> None:
    if not len(pairs) or any(len(pair) != 2 for pair in pairs):
        raise ValueError(
            "expected a text of an opening and a closing token for each kind of brackets, such as"
            f" ['()', '{{}}'], found {pairs!r}"
        )
