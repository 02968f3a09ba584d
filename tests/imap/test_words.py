"""Tests of encoded words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.words import decode_words


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("", ""),
        ("plain = text ?", "plain = text ?"),
        ("=?utf-8?Q?a_b=C3=A4?=", "a bä"),
        ("=?UTF-8?q?a?=", "a"),
        ("=?utf-8?B?w6Q=?=", "ä"),
        ("=?utf-8?b?w6Q?=", "ä"),
        ("=?utf-8*de?Q?=C3=A4?=", "ä"),
        ("(=?utf-8?Q?a?=)", "(a)"),
        ("x =?utf-8?Q?a?= y", "x a y"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=E4?=", "aä"),
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?=C3?= =?UTF-8?Q?=A4?=", "ä"),
        ("=?utf-8?B?w6TDtsM=?=\r\n\t=?utf-8?B?vA==?=", "äöü"),
        ("=?utf-8?Q??= x", " x"),
        ("=?utf-8?B?=?=", ""),
        ("=?utf-8?B??=", ""),
        ("=?utf-8?B?!!!!?= =?utf-8?Q?a?=", "=?utf-8?B?!!!!?= a"),
        ("=?utf-8?B?YWJjZ?=", "abc"),
        ("=?utf-8?B?YW Jj?=", "abc"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?utf-8?Q?What?_Now?=", "What? Now"),
        ("=?utf-8?Q?abc =?utf-8?Q?def?=", "=?utf-8?Q?abc def"),
        ("=?utf-8?Q?100%=zz=4?=", "100%=zz=4"),
        ("=?utf-8?Q?ä\ud800?=", "ä?"),
        ("=?nonsense?Q?=E4?=", "ä"),
        ("=?idna?Q?xn--bcher-kva?=", "xn--bcher-kva"),
        ("=?unicode_escape?Q?=5Cu202e?=", "\\u202e"),
        ("=?iso-2022-jp?B?GyRCN29MPhsoQg==?=", "件名"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?utf-8?Q?cut off", "cut off"),
        ("=?utf-8?Q?cut?", "cut"),
        ("=?utf-8?Q", "=?utf-8?Q"),
    ],
)
def test_words_are_decoded_as_mailers_write_them(text: str, decoded: str) -> None:
    assert decode_words(text) == decoded


@given(
    st.lists(
        st.sampled_from(
            ["=?", "?=", "utf-8", "big5", "?Q?", "?B?", "=E4", "w6Q", "=", "?", " ", "\n", "ä", "\ud800", "_"]
        )
    )
)
def test_no_mixture_of_words_raises(tokens: list[str]) -> None:
    assert isinstance(decode_words("".join(tokens)), str)


@pytest.mark.parametrize(
    "text",
    ["=?a?q?" * 10_000, "=?a?q??" * 10_000, "=?" * 30_000, "=?a?q?x" + "?" * 60_000, "=?a?q?a?=" * 7_000],
)
def test_no_text_takes_long_to_search(text: str) -> None:
    began = time.process_time()
    decode_words(text)
    assert time.process_time() - began < 1
