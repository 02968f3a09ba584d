"""Subjects without what mailers put before them."""

from __future__ import annotations

import re

# "Re:", "AW:", "Re[2]:" and the like of usual mailers, also behind the name of a list (RFC 5256, 2.1, does not know the
# other languages).
_PREFIXES = re.compile(
    r"^(\[[^\]]{1,60}\]\s*)?(?:(?:re|aw|antw|sv|vs|odp|rif|res|ref|r|ynt|απ|fwd?|wg|tr|rv|enc|vb|vl|pd|i|回复|答复|回覆|转发|轉寄)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]\s*)+",
    re.IGNORECASE,
)


def without_prefixes(subject: str) -> str:
    """`subject` without the prefixes of replies and forwarded messages."""
    subject = subject.strip()
    while (shorter := _PREFIXES.sub(r"\1", subject)) != subject:
        subject = shorter
    return subject
