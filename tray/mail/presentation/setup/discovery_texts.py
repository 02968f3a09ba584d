"""The texts about server discovery: source, server, and the advice for the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr, tr_shipped
from tray.mail.model.account import Security
from tray.mail.setup.discovery import Candidate, NoImap, Source, State
from tray.mail.setup.providers import SignInMethod

if TYPE_CHECKING:
    from tray.mail.setup.discovery import DiscoveryResult
    from tray.mail.setup.providers import Provider


def source_name(source: Source, domain: str) -> str:
    """The name of a source, for the list and beside the result."""
    texts = {
        Source.SHIPPED: tr("the list that comes with Mailbell"),
        Source.AUTOCONFIG: tr("the configuration file of {domain}"),
        Source.SERVICES: tr("the DNS service records of {domain}"),
        Source.EXCHANGERS: tr("the mail exchangers of {domain}"),
        Source.DATABASE: tr("Thunderbird's public database"),
        Source.USUAL_NAMES: tr("the usual server names of {domain}"),
        Source.OPEN_AUTOCONFIG: tr("the configuration file of {domain}, unprotected"),
    }
    return texts[source].format(domain=domain)


def outcome(state: State) -> str:
    """The state of a source, to follow its name."""
    texts = {
        State.ASKING: tr("being asked…"),
        State.FOUND: tr("found."),
        State.NOTHING: tr("nothing."),
        State.REFUSED: tr("refused: without encryption."),
        State.LATE: tr("no answer in time."),
        State.SKIPPED: tr("skipped."),
    }
    return texts[state]


def server_text(candidate: Candidate) -> str:
    """Server, port and encryption."""
    security = "TLS" if candidate.security is Security.TLS else "STARTTLS"
    return f"{candidate.host}:{candidate.port}, {security}"


def found_sentence(found: DiscoveryResult, domain: str) -> str:
    """The result and its source; or that there is no IMAP."""
    if isinstance(found, NoImap):
        return tr("{provider} offers no IMAP, so Mailbell cannot watch it.").format(
            provider=found.provider.name
        )
    sentence = tr("Found: {server} ({source}).").format(
        source=source_name(found.source, domain), server=server_text(found)
    )
    site = _site(found)
    return f"{sentence} " + tr("A click on a mail will open {site}.").format(site=site) if site else sentence


def no_network_sentence() -> str:
    """No name can be looked up."""
    return tr("Names of servers cannot be looked up now (DNS), so none was found.")


def _site(candidate: Candidate) -> str:
    """The host of a webmail address that is not from the shipped list, which the user has to see; empty for none."""
    shipped = candidate.provider.webmail if candidate.provider else ""
    if candidate.source in {Source.SHIPPED, Source.EXCHANGERS} or candidate.webmail in {"", shipped}:
        return ""
    return candidate.webmail.partition("://")[2].partition("/")[0]


def confirm_sentence(candidate: Candidate, domain: str) -> str:
    """The sentence that the user has to confirm."""
    return tr(
        "{host} is not in {domain}, and it is not proven who named it ({server}). Use it only if you know that "
        "it is the mail server of your provider."
    ).format(host=candidate.host, domain=domain, server=server_text(candidate))


def advice(found: DiscoveryResult, *, spell_out: bool = True) -> tuple[str, ...]:
    """The advice for the provider, one sentence each.

    Without `spell_out` no address of a page is in it, because a button opens the page.
    """
    if isinstance(found, NoImap):
        return tuple(tr_shipped(note) for note in found.provider.notes)
    provider = found.provider
    if provider is None:
        return (tr("The server accepts no passwords: sign in with OAuth2."),) if found.oauth_only else ()
    sentence = _sign_in(provider, provider.password_url if spell_out else "")
    return (*((sentence,) if sentence else ()), *(tr_shipped(note) for note in provider.notes))


def _sign_in(provider: Provider, where: str) -> str:
    texts = {
        SignInMethod.PASSWORD: "",
        SignInMethod.OAUTH: tr("{name} accepts no passwords from mail programs: sign in with OAuth2."),
        SignInMethod.APP_PASSWORD: tr(
            "{name} refuses the plain password: make an application password at {where}."
        )
        if where
        else tr("{name} refuses the plain password: make an application password in your account there."),
        SignInMethod.APP_PASSWORD_WITH_2FA: tr(
            "If two-step sign-in is on, {name} needs an application password: make one at {where}."
        )
        if where
        else tr(
            "If two-step sign-in is on, {name} needs an application password: make one in your account there."
        ),
        SignInMethod.OWN_PASSWORD: tr(
            "{name} needs a separate password for mail programs: make it at {where}."
        )
        if where
        else tr("{name} needs a separate password for mail programs."),
    }
    return texts[provider.sign_in].format(name=provider.name, where=where)
