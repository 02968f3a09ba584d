"""Tests of sets that escape sequences switch, and of EUC-JP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.charsets.iso2022 import decode_euc_jp, decode_iso2022


@pytest.mark.parametrize(
    ("raw", "country", "text"),
    [
        (b"", "jp", ""),
        (b"plain", "jp", "plain"),
        (b"\x1b$B2q5D\x1b(B a", "jp", "会議 a"),
        (b"\x1b$@2q5D\x1b(J\\~", "jp", "会議¥‾"),
        (b"\x1b$B-!-j|q\x1b(B", "jp", "①㈱ⅰ"),
        (b"\x1b$B!A!]\x1b(B", "jp", "～－"),
        (b"a\\~\x1b$B2q\x1b(B\\~", "jp", "a\\~会\\~"),
        (b"\x1b(I6E\x1b(B6", "jp", "ｶﾅ6"),
        (b"\x0e6E\x0f6", "jp", "ｶﾅ6"),
        (b"\x1b(I! _`\x1b(B", "jp", "｡ ﾟ`"),
        (b"\xb6\xc5 a", "jp", "ｶﾅ a"),
        (b"\x1b$(D0!\x1b(B", "jp", "丂"),
        (b"\x1b$(O.!\x1b$(Q.!\x1b$(P!!\x1b(B", "jp", "俱俱𠂉"),
        (b"\x1b$A;aRi\x1b$(C>H\x1b(B", "jp", "会议안"),
        (b"\x1b.A\x1bNd\x1b.F\x1bNa", "jp", "äα"),
        (b"\x1bNd", "jp", "\ufffd"),
        (b"\x1b.A\x1b(Nda", "jp", "da"),
        (b"\x1b&@\x1b$B2q", "jp", "会"),
        (b"\x1b$B2q 5D\r\n2q\x1b(B", "jp", "会 議\r\n会"),
        (b"\x1b$B)!2q\x1b(B", "jp", "\ufffd会"),
        (b"\x1b$B2q\xff5D", "jp", "会\ufffd議"),
        (b"\x1b$)C\x0e>H3g\x0f a", "kr", "안녕 a"),
        (b"\x0e>H3g\x0f", "kr", "안녕"),
        (b"\xbe\xc8", "kr", "안"),
        (b"\x1b$)A\x0e;aRi\x0f", "cn", "会议"),
        (b"\x0e;aRi", "cn", "会议"),
        (b"\x1b$)G\x0e!!\x0fa", "cn", "\ufffda"),
        (b"\x1b-A\x1b(Ka", "jp", "a"),
    ],
)
def test_sets_are_switched_by_escape_sequences(raw: bytes, country: str, text: str) -> None:
    assert decode_iso2022(raw, country) == text


def test_no_escape_sequence_is_shown_wherever_it_is_cut() -> None:
    raw = b"a\x1b$B2q5D\x1b(Bb"
    expected = ["", "a", "a", "a", "a", "a\ufffd", "a会", "a会\ufffd", "a会議", *["a会議"] * 3, "a会議b"]
    assert [decode_iso2022(raw[:end], "jp") for end in range(len(raw) + 1)] == expected


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
    for country in ("jp", "kr", "cn"):
        text = decode_iso2022(b"".join(pieces), country)
        assert not set(text) & {"\x1b", "\x0e", "\x0f"}
    decode_euc_jp(b"".join(pieces)).encode()
