"""SASLprep (RFC 4013): the one spelling of a user name or password on which both sides compute."""

from __future__ import annotations

from tray.imap.errors import LocalProtocolError


def saslprep(text: str) -> str:
    """`text` prepared as a query, so unassigned code points pass; LocalProtocolError for prohibited ones."""
    if text.isascii() and text.isprintable():
        return text
    import stringprep  # noqa: PLC0415 -- it and its tables are for rare passwords
    from unicodedata import ucd_3_2_0  # noqa: PLC0415

    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char)
    )
    prepared = ucd_3_2_0.normalize("NFKC", mapped)
    prohibited = (
        stringprep.in_table_c12,
        stringprep.in_table_c21_c22,
        stringprep.in_table_c3,
        stringprep.in_table_c4,
        stringprep.in_table_c5,
        stringprep.in_table_c6,
        stringprep.in_table_c7,
        stringprep.in_table_c8,
        stringprep.in_table_c9,
    )
    if any(table(char) for char in prepared for table in prohibited):
        raise LocalProtocolError("a user name or password with a character that is not allowed (RFC 4013)")
    right_to_left = [stringprep.in_table_d1(char) for char in prepared]
    if any(right_to_left):  # RFC 3454, 6
        mixed = any(map(stringprep.in_table_d2, prepared))
        if mixed or not (right_to_left[0] and right_to_left[-1]):
            raise LocalProtocolError("a user name or password that mixes directions of writing (RFC 4013)")
    return prepared
