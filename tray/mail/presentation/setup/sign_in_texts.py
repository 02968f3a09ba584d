"""Problems of sign-ins at an authorisation server, and the texts of the redirect page."""

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
    """The authorisation server of `provider` (its name to display) refused with `error`."""
    sentence, advice, kind = _sentence_and_advice(error, provider)
    server_text = ": ".join(part for part in (error.code, error.description) if part)
    return Problem(kind, sentence, advice, server_text)


def malformed_answer(error: MalformedOAuthAnswer, provider: str) -> Problem:
    """An answer is not one of an authorisation server, or of another one."""
    return Problem(
        ProblemKind.PROTOCOL,
        tr("The sign-in at {provider} failed: {reason}.").format(provider=provider, reason=error),
        tr("Check the addresses of its authorisation server in the settings."),
    )


def wrong_redirect() -> str:
    """The sentence for an address that was copied from the browser and does not belong to the sign-in."""
    return tr("This is not the address at which this sign-in ended. Copy the whole address, from http on.")


def sign_in_again(provider: str) -> Problem:
    """There is no refresh token that works."""
    return Problem(
        ProblemKind.REFUSED,
        tr("The sign-in at {provider} has ended.").format(provider=provider),
        tr("Sign in again."),
    )


def no_sign_in(account: str) -> Problem:
    """The keyring has no token set."""
    return Problem(
        ProblemKind.NO_SECRET,
        tr("Nobody is signed in for {account} yet.").format(account=account),
        tr("Sign in."),
        brief=tr("Nobody is signed in yet."),
    )


def newer_sign_in(account: str) -> Problem:
    """The token set in the keyring was stored by a newer version of the program; it stays there."""
    return Problem(
        ProblemKind.NO_SECRET,
        tr("The sign-in for {account} was kept by a newer Mailbell.").format(account=account),
        tr("Install that Mailbell again, or sign in."),
        brief=tr("The sign-in was kept by a newer Mailbell."),
    )


def no_client(provider: str) -> Problem:
    """The settings have no client id for the provider."""
    return Problem(
        ProblemKind.REFUSED,
        tr("There is no client id for {provider} in the settings.").format(provider=provider),
        tr("Make one at {provider} and enter it, as the README explains.").format(provider=provider),
    )


def no_client_secret(provider: str) -> Problem:
    """The keyring does not have the client secret that the settings announce."""
    return Problem(
        ProblemKind.NO_SECRET,
        tr("The client secret for {provider} is not in the keyring.").format(provider=provider),
        tr("Enter client id and client secret again."),
    )


def unusable(sentence: str) -> Problem:
    """The settings of a sign-in are incomplete."""
    return Problem(ProblemKind.REFUSED, sentence, tr("Complete it in the settings."))


def no_such_method(provider: str, *, device: bool) -> Problem:
    """The provider does not support the device code, or without `device` the sign-in in the browser."""
    sentence = (
        tr("{provider} has no sign-in by a code for mail.")
        if device
        else tr("{provider} has no sign-in through the browser here.")
    )
    advice = tr("Sign in through the browser.") if device else tr("Sign in by a code.")
    return Problem(ProblemKind.REFUSED, sentence.format(provider=provider), advice)


def unreachable(provider: str, host: str, *, untrusted: bool = False) -> Problem:
    """The authorisation server cannot be reached, or its certificate is not trusted."""
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
    """The redirect did not arrive in time."""
    return Problem(
        ProblemKind.REFUSED,
        tr("Nobody has signed in at {provider} in time.").format(provider=provider),
        tr("Begin again."),
    )


def no_listener(redirect: str) -> Problem:
    """Another program uses the port of a fixed redirect address."""
    return Problem(
        ProblemKind.SERVER,
        tr("The answer of the browser cannot be received at {redirect}.").format(redirect=redirect),
        tr("Close the program that uses this port, or set another redirect for this sign-in."),
    )


def _sentence_and_advice(error: OAuthError, provider: str) -> tuple[str, str, ProblemKind]:
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
    """The page for any other request."""
    return tr("There is nothing here.")


def page_done() -> str:
    """The page after a successful redirect."""
    return tr("Mailbell has received the answer. You can close this window.")


def page_refused(provider: str) -> str:
    """The page after a redirect with an error."""
    return tr("{provider} did not allow it. Mailbell says why; you can close this window.").format(
        provider=provider
    )
