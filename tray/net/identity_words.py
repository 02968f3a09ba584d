"""Words for a server that wants to see a certificate of ours, or does not like the one that it saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.status import Trouble, TroubleKind

if TYPE_CHECKING:
    from tray.mail.account import Account

_CHOOSE = "If whoever runs the server gave you a certificate, choose its file in the account's settings."
_ANOTHER = (
    "Ask whoever runs the server for a certificate that it accepts, and choose it in the account's settings."
)
_ALERTS = {
    # Alerts (RFC 8446, 6.2; RFC 5246, 7.2.2) in OpenSSL's words.
    "alert certificate required": "{host} wants to see a client certificate.",
    "alert certificate expired": "{host} refused the client certificate: it has expired.",
    "alert certificate revoked": "{host} refused the client certificate: it was revoked.",
    "alert unknown ca": "{host} refused the client certificate: it does not know who issued it.",
    "alert bad certificate": "{host} refused the client certificate.",
    "alert unsupported certificate": "{host} refused the client certificate: it is of a kind not used there.",
    "alert certificate unknown": "{host} refused the client certificate.",
    "alert access denied": "{host} lets nobody in with this client certificate.",
}


def refused_by_alert(text: str, account: Account) -> tuple[str, str] | None:
    """What is wrong and what to do, where OpenSSL's `text` (lower case) tells of an alert about our certificate."""
    for alert, sentence in _ALERTS.items():
        if alert in text:
            return sentence.format(host=account.host), _ANOTHER if account.client_certificate else _CHOOSE
    return None


def refused_at_log_in(account: Account, text: str) -> Trouble:
    """The server said NO to a log-in because of the certificate, or because there was none; `text` are its words."""
    if not account.client_certificate:
        sentence = f"{account.host} wants to see a client certificate."
        advice = _CHOOSE
    else:
        sentence = f"{account.host} does not let {account.user} in with the client certificate."
        advice = (
            "Check that it has not expired, and that the user name is the one that the certificate names."
        )
    return Trouble(TroubleKind.REFUSED, sentence, advice, text)
