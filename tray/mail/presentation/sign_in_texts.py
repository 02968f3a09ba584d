"""What a refusal of an authorisation server means for the person who wants to sign in, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.mail.oauth.flows import MalformedOAuthAnswer, OAuthError

_ADMINISTRATOR = (
    "aadsts65001",  # Microsoft: nobody has consented
    "aadsts90094",  # an administrator has to consent
    "aadsts90008",
    "aadsts7000112",  # the application is disabled
    "aadsts50105",  # the user is not assigned to the application
    "aadsts53003",  # conditional access
    "admin_policy_enforced",  # Google Workspace
    "org_internal",
)
_REDIRECT = ("redirect_uri", "redirect uri", "reply url", "aadsts50011")


def refused(error: OAuthError, provider: str) -> Problem:
    """The trouble behind `error`, which `provider` (as people call it) gave."""
    sentence, advice, kind = _words(error, provider)
    said = ": ".join(part for part in (error.code, error.description) if part)
    return Problem(kind, sentence, advice, said)


def malformed_answer(error: MalformedOAuthAnswer, provider: str) -> Problem:
    """The trouble with a server that is none, or is another."""
    return Problem(
        ProblemKind.PROTOCOL,
        tr("The sign-in at {provider} failed: {reason}.").format(provider=provider, reason=error),
        tr("Check the addresses of its authorisation server in the settings."),
    )


def no_answer_to_this() -> str:
    """Of an address that somebody has brought from a browser by hand."""
    return tr("This is not the address at which this sign-in ended. Copy the whole address, from http on.")


def sign_in_again(provider: str) -> Problem:
    """There is nothing left to make an access token of."""
    return Problem(
        ProblemKind.REFUSED,
        tr("The sign-in at {provider} has ended.").format(provider=provider),
        tr("Sign in again."),
    )


def no_sign_in(account: str) -> Problem:
    """Nobody has signed in yet, or what the keyring holds is something else."""
    return Problem(
        ProblemKind.NO_SECRET,
        tr("Nobody is signed in for {account} yet.").format(account=account),
        tr("Sign in."),
        brief=tr("Nobody is signed in yet."),
    )


def no_client(provider: str) -> Problem:
    """The settings hold no client id for it (any more)."""
    return Problem(
        ProblemKind.REFUSED,
        tr("There is no client id for {provider} in the settings.").format(provider=provider),
        tr("Make one at {provider} and enter it, as the README explains.").format(provider=provider),
    )


def no_client_secret(provider: str) -> Problem:
    """The settings say that there is one, and the keyring has none."""
    return Problem(
        ProblemKind.NO_SECRET,
        tr("The client secret for {provider} is not in the keyring.").format(provider=provider),
        tr("Enter client id and client secret again."),
    )


def unusable(sentence: str) -> Problem:
    """What the settings say of a sign-in is not enough."""
    return Problem(ProblemKind.REFUSED, sentence, tr("Complete it in the settings."))


def no_such_way(provider: str, *, device: bool) -> Problem:
    """The provider has the other way to sign in, and not this one."""
    sentence = (
        tr("{provider} has no sign-in by a code for mail.")
        if device
        else tr("{provider} has no sign-in through the browser here.")
    )
    advice = tr("Sign in through the browser.") if device else tr("Sign in by a code.")
    return Problem(ProblemKind.REFUSED, sentence.format(provider=provider), advice)


def unreachable(provider: str, host: str, *, untrusted: bool = False) -> Problem:
    """The authorisation server cannot be asked now."""
    if untrusted:
        return Problem(
            ProblemKind.UNTRUSTED,
            tr(
                "The sign-in server {host} of {provider} cannot be trusted: its certificate is not in order."
            ).format(host=host, provider=provider),
            tr("Mailbell will try again; check whether a proxy, or somebody in the network, interferes."),
        )
    return Problem(
        ProblemKind.UNREACHABLE,
        tr("The sign-in server {host} of {provider} cannot be reached.").format(host=host, provider=provider),
        tr("Check that this computer is online; Mailbell will try again."),
    )


def timed_out(provider: str) -> Problem:
    """Nobody has come back from the browser."""
    return Problem(
        ProblemKind.REFUSED,
        tr("Nobody has signed in at {provider} in time.").format(provider=provider),
        tr("Begin again."),
    )


def no_listener(redirect: str) -> Problem:
    """Another program has the port of a redirect that has to be just so."""
    return Problem(
        ProblemKind.SERVER,
        tr("The answer of the browser cannot be received at {redirect}.").format(redirect=redirect),
        tr("Close the program that uses this port, or set another redirect for this sign-in."),
    )


def _words(error: OAuthError, provider: str) -> tuple[str, str, ProblemKind]:
    text = f"{error.code} {error.description}".lower()
    if any(phrase in text for phrase in _ADMINISTRATOR) or error.code == "consent_required":
        sentence = tr("{provider} lets an administrator decide whether Mailbell may read this mail.")
        advice = tr("Ask the administrator of your organisation to allow it, then sign in again.")
    elif any(phrase in text for phrase in _REDIRECT):
        sentence = tr("{provider} does not know the address to which the browser comes back.")
        advice = tr("Register the redirect for your client id, as the note on making one says.")
    else:
        match error.code:
            case "invalid_grant" | "interaction_required" | "login_required":
                return sign_in_again(provider).sentence, tr("Sign in again."), ProblemKind.REFUSED
            case "access_denied" | "authorization_declined":
                sentence = tr("Reading the mail was not allowed at {provider}.")
                advice = tr("Sign in again, and allow it.")
            case "expired_token" | "code_expired":
                sentence = tr("The code of {provider} has expired.")
                advice = tr("Begin again, and enter the new code in time.")
            case (
                "invalid_client"
                | "unauthorized_client"
                | "unsupported_grant_type"
                | "unsupported_response_type"
            ):
                sentence = tr("{provider} does not accept the client id for this way to sign in.")
                advice = tr("Check client id and client secret in the settings.")
            case "invalid_scope":
                sentence = tr("{provider} does not give this client id the right to read mail.")
                advice = tr("Allow it where the client id was made, or correct the scopes in the settings.")
            case "server_error" | "temporarily_unavailable":
                return (
                    tr("The sign-in server of {provider} cannot do it now.").format(provider=provider),
                    tr("Mailbell will try again."),
                    ProblemKind.SERVER,
                )
            case _:
                sentence = tr("{provider} refused the sign-in.")
                advice = tr("Sign in again; if it stays, check the client id in the settings.")
    return sentence.format(provider=provider), advice, ProblemKind.REFUSED


def answer_too_large() -> str:
    """Why an answer is malformed, for `malformed_answer`."""
    return tr("the answer is too large")


def page_empty() -> str:
    """What the browser shows at any other address."""
    return tr("There is nothing here.")


def page_done() -> str:
    """What the browser shows when it has come back."""
    return tr("Mailbell has received the answer. You can close this window.")


def page_refused(provider: str) -> str:
    """What the browser shows when it comes back with a no."""
    return tr("{provider} did not allow it. Mailbell says why; you can close this window.").format(
        provider=provider
    )
