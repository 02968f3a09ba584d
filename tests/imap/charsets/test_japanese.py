"""Tests of ISO-2022-JP and EUC-JP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.charsets.japanese import decode_euc_jp, decode_iso_2022_jp


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"plain", "plain"),
        (b"\x1b$B2q5D\x1b(B a", "会議 a"),
        (b"\x1b$@2q5D\x1b(J\\~", "会議¥‾"),
        (b"\x1b$B-!-j|q\x1b(B", "①㈱ⅰ"),
        (b"\x1b$B!A!]\x1b(B", "～－"),
        (b"a\\~\x1b$B2q\x1b(B\\~", "a\\~会\\~"),
        (b"\x1b(I6E\x1b(B6", "ｶﾅ6"),
        (b"\x0e6E\x0f6", "ｶﾅ6"),
        (b"\x1b(I! _`\x1b(B", "｡ ﾟ`"),
        (b"\xb6\xc5 a", "ｶﾅ a"),
        (b'\x1b$(D0!0"\x1b(B', "丂丄"),
        (b"\x1b$A;aRi\x1b$(C>H\x1b(B", "会议안"),
        (b"\x1b.A\x1bNd", "d"),
        (b"\x1b&@\x1b$B2q", "会"),
        (b"\x1b$B2q 5D\r\n2q\x1b(B", "会 議\r\n会"),
        (b"\x1b$B)!2q\x1b(B", "\ufffd会"),
        (b"\x1b$B2q\xff5D", "会\ufffd議"),
        (b"\x1b$(G!!!!\x1b(Ba", "\ufffda"),
        (b"\x1b-A\x1b(Ka", "a"),
    ],
)
def test_sets_are_switched_by_escape_sequences(raw: bytes, text: str) -> None:
    assert decode_iso_2022_jp(raw) == text


def test_no_escape_sequence_is_shown_wherever_it_is_cut() -> None:
    raw = b"a\x1b$B2q5D\x1b(Bb"
    expected = ["", "a", "a", "a", "a", "a\ufffd", "a会", "a会\ufffd", "a会議", *["a会議"] * 3, "a会議b"]
    assert [decode_iso_2022_jp(raw[:end]) for end in range(len(raw) + 1)] == expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a \xb2\xf1\xb5\xc4", "a 会議"),
        (b"\xad\xa1\xad\xea\xfc\xf1", "①㈱ⅰ"),
        (b"\x8e\xb6\x8e\xc5", "ｶﾅ"),
        (b"\x8f\xb0\xa1", "丂"),
        (b"\xb2\xf1\xb5", "会\ufffd"),
        (b"\x8f\xb0", "\ufffd"),
        (b"\xb2\x80a\x80", "\ufffda\ufffd"),
        (b"\xa9\xa1\xb2\xf1", "\ufffd会"),
    ],
)
def test_euc_jp_is_read_as_windows_does(raw: bytes, text: str) -> None:
    assert decode_euc_jp(raw) == text


@given(
    st.lists(
        st.sampled_from(
            [b"\x1b", b"$", b"(", b")", b"B", b"@", b"J", b"N", b"\x0e", b"\x0f", b"2q", b"\xb2", b"\n"]
        )
    )
)
def test_no_mixture_raises_or_shows_an_escape(pieces: list[bytes]) -> None:
    assert not set(decode_iso_2022_jp(b"".join(pieces))) & {"\x1b", "\x0e", "\x0f"}
    decode_euc_jp(b"".join(pieces)).encode()
