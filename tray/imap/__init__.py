"""SPEAKS: IMAP as pure functions and values; bytes in, events out; nothing here does input or output."""
