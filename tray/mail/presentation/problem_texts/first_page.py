"""What the first page says: of a provider known from the address, and of each failure with the field to mend."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from tray.i18n import tr, tr_shipped
from tray.mail.model.account import SecretSource
from tray.mail.model.status import ProblemKind
from tray.mail.presentation.problem_texts.connection import failed
from tray.mail.presentation.problem_texts.login import imap_is_off, password_refused
from tray.mail.presentation.problem_texts.tls import handshake_failed
from tray.mail.presentation.setup.discovery_texts import confirm_sentence, no_network_sentence
from tray.mail.setup.discovery import NoImap
from tray.mail.setup.providers import SignInMethod
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.status import Problem
    from tray.mail.setup.discovery import Candidate, DiscoveryResult
    from tray.mail.setup.providers import Provider

PAUSE = 60
"""Seconds until the next try where the server has had enough of log-ins."""
_SIXTEEN_LETTERS = {"google", "yahoo", "aol", "icloud"}


@dataclass(frozen=True, slots=True)
class ProviderHint:
    """What the page shows as soon as the provider is known."""

    name: str
    label: str
    """Of the password; with `&` before the mnemonic."""
    placeholder: str = ""
    about_password: str = ""
    link: str = ""
    """The text of the link to `url`, where the password is made."""
    url: str = ""
    sign_in: str = ""
    """The id of the OAuth provider, where it takes no password."""
    remark: str = ""
    """What else to know; empty for nothing."""


def provider_hint(found: DiscoveryResult | None) -> ProviderHint:
    """The hint for what the address alone tells; None where it tells nothing."""
    password = tr("&Password")
    if isinstance(found, NoImap):
        return ProviderHint("", password, remark=no_imap(found).sentence)
    provider = found.provider if found is not None else None
    if provider is None:
        return ProviderHint("", password)
    name, url = provider.name, provider.password_url
    remark = tr_shipped(provider.notes[0]) if provider.notes else ""
    match provider.sign_in:
        case SignInMethod.OAUTH:
            remark = tr("You sign in with your browser; Mailbell never sees the password.")
            return ProviderHint(name, password, sign_in=provider.oauth, remark=remark)
        case SignInMethod.APP_PASSWORD:
            return ProviderHint(
                name,
                tr("App &password"),
                tr("16 letters") if provider.id in _SIXTEEN_LETTERS else "",
                tr("{provider} takes no account password from mail programs.").format(provider=name),
                tr("Ma&ke an app password…") if url else "",
                url,
            )
        case SignInMethod.APP_PASSWORD_WITH_2FA:
            about = tr("With two-step sign-in, {provider} wants an app password here.").format(provider=name)
            return ProviderHint(
                name, password, "", about, tr("Ma&ke an app password…") if url else "", url, remark=remark
            )
        case SignInMethod.OWN_PASSWORD:
            about = tr("{provider} has a separate password for mail programs.").format(provider=name)
            return ProviderHint(
                name, password, "", about, tr("Ma&ke this password…") if url else "", url, remark=remark
            )
        case _:
            return ProviderHint(name, password, remark=remark)


class Mend(enum.Enum):
    """Where a failure can be mended; the focus goes there."""

    ADDRESS = enum.auto()
    PASSWORD = enum.auto()
    SERVER = enum.auto()
    BUTTON = enum.auto()
    """In no field: the sentence stands above the buttons."""
    WAIT = enum.auto()
    """Nowhere: it passes by itself."""
    CERTIFICATE = enum.auto()
    """In no field: the user has to look at a certificate."""


class Remedy(enum.Enum):
    """What the link beneath the sentence does."""

    NONE = enum.auto()
    USER_NAME = enum.auto()
    """Opens a field for the user name."""
    PAGE = enum.auto()
    """Opens `Failure.url`."""
    CERTIFICATE = enum.auto()
    MORE_SETTINGS = enum.auto()
    ASK_DATABASE = enum.auto()
    """Asks Thunderbird's public database for the server, too."""
    TRY_NOW = enum.auto()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the account cannot be watched yet, and what to do."""

    mend: Mend
    sentence: str
    remedy: Remedy = Remedy.NONE
    link: str = ""
    """The text of the link for `remedy`, with `&` before the mnemonic."""
    hint: str = ""
    """A second sentence, beneath."""
    url: str = ""
    server: str = ""
    """The server to put into its field."""
    certificate: Certificate | None = None
    offline: bool = False
    """Whether it goes on as soon as there is a network."""
    pause: int = 0
    """Seconds until it is tried again by itself; 0 for not at all."""


def no_address() -> Failure:
    """What was typed is no address."""
    return Failure(Mend.ADDRESS, tr("This is not a whole address: something like you@example.org."))


def no_server(domain: str, *, asked_database: bool) -> Failure:
    """No source knows the server of `domain`."""
    sentence = tr("No mail server was found for {domain}.").format(domain=domain)
    hint = tr("Your provider calls it “IMAP server”, often imap.{domain}.").format(domain=domain)
    if asked_database:
        return Failure(Mend.SERVER, sentence, hint=hint)
    database = tr("Thunderbird’s public database may know it, and would learn the domain.")
    return Failure(Mend.SERVER, sentence, Remedy.ASK_DATABASE, tr("&Ask it…"), f"{hint} {database}")


def no_names(*, online: bool) -> Failure:
    """No name of a server can be looked up; `online`: whether the desktop has a network."""
    if not online:
        return no_network()
    # A server that is typed may be found all the same: by its number, or in a file of the machine.
    return Failure(Mend.SERVER, no_network_sentence(), hint=tr("Check that this computer is online."))


def no_network() -> Failure:
    """It passes by itself."""
    return Failure(
        Mend.WAIT, tr("No network. Mailbell goes on by itself as soon as there is one."), offline=True
    )


def no_imap(found: NoImap) -> Failure:
    """The provider cannot be watched."""
    notes = " ".join(tr_shipped(note) for note in found.provider.notes)
    sentence = tr("{provider} offers no IMAP, so Mailbell cannot watch it.")
    return Failure(Mend.ADDRESS, sentence.format(provider=found.provider.name), hint=notes)


def to_confirm(found: Candidate, domain: str) -> Failure:
    """The server is in another domain, and who named it is not proven."""
    return Failure(Mend.SERVER, confirm_sentence(found, domain), server=found.host)


def no_client_id(provider: str) -> Failure:
    """The settings have no client id for the sign-in."""
    sentence = tr("To sign in with {provider}, Mailbell needs a client id. It is made once.")
    return Failure(Mend.BUTTON, sentence.format(provider=provider), Remedy.MORE_SETTINGS, tr("&How…"))


def no_settings(sentence: str) -> Failure:
    """The settings could not be saved, because of `sentence`."""
    return Failure(Mend.BUTTON, sentence)


def twin(sentence: str) -> Failure:
    """The account is there already, as `sentence` says."""
    return Failure(Mend.ADDRESS, sentence, Remedy.MORE_SETTINGS, tr("More settings…"))


def not_signed_in(problem: Problem, provider: str) -> Failure:
    """The sign-in failed; where the provider refuses the client id, another one is needed."""
    if "client" in problem.server_text:
        sentence = tr("{provider} does not accept the client id that Mailbell has.").format(provider=provider)
        return Failure(Mend.BUTTON, sentence, Remedy.MORE_SETTINGS, tr("More settings…"))
    return Failure(Mend.BUTTON, problem.sentence, hint=problem.advice)


def defect() -> Failure:
    """The test ended without a result."""
    return Failure(Mend.BUTTON, tr("Something inside Mailbell went wrong. Try again; the log says more."))


def invalid(errors: dict[str, str]) -> Failure:
    """The first of these errors of an account's fields."""
    if "host" in errors:
        return Failure(Mend.SERVER, errors["host"])
    return Failure(Mend.ADDRESS, next(iter(errors.values())), Remedy.MORE_SETTINGS, tr("More settings…"))


def failure_of(
    problem: Problem, account: Account, provider: Provider | None, *, online: bool, user_shown: bool
) -> Failure:
    """The failure for a `problem` of the test; `user_shown`: there is a field for the user name."""
    host = account.host
    kind = problem.kind
    if kind in {ProblemKind.UNREACHABLE, ProblemKind.NAME_NOT_FOUND} and not online:
        return no_network()
    if account.secret is not SecretSource.KEYRING and kind.needs_credentials:
        return Failure(Mend.ADDRESS, problem.sentence, hint=problem.advice)
    match kind:
        case ProblemKind.UNREACHABLE | ProblemKind.NAME_NOT_FOUND:
            sentence = tr("{host} does not answer.").format(host=host)
            return Failure(Mend.SERVER, sentence, Remedy.MORE_SETTINGS, tr("Another po&rt or proxy…"))
        case ProblemKind.APP_PASSWORD:
            sentence = tr("{provider} wants an app password here, not the one of your account.")
            url = provider.password_url if provider is not None else ""
            return Failure(
                Mend.PASSWORD,
                sentence.format(provider=provider.name if provider is not None else host),
                Remedy.PAGE if url else Remedy.NONE,
                tr("Ma&ke one…") if url else "",
                url=url,
            )
        case ProblemKind.REFUSED:
            sentence = problem.sentence
            if sentence == password_refused(account):
                sentence = tr("{host} does not accept this password for {user}.")
                sentence = sentence.format(host=host, user=account.user)
            if user_shown:
                return Failure(Mend.PASSWORD, sentence)
            return Failure(Mend.PASSWORD, sentence, Remedy.USER_NAME, tr("My &user name is another one"))
        case ProblemKind.NOT_ALLOWED if problem.sentence == imap_is_off(account):
            url = provider.webmail if provider is not None else ""
            return Failure(
                Mend.ADDRESS,
                tr("IMAP is switched off in this account."),
                Remedy.PAGE if url else Remedy.NONE,
                tr("S&witch it on…") if url else "",
                "" if url else problem.advice,
                url,
            )
        case ProblemKind.UNTRUSTED if problem.certificate is not None:
            return Failure(
                Mend.CERTIFICATE,
                tr("{host} could not prove who it is.").format(host=host),
                Remedy.CERTIFICATE,
                tr("&Look at its certificate…"),
                certificate=problem.certificate,
            )
        case ProblemKind.UNTRUSTED if problem in _without_encryption(account):
            sentence = tr("{host} offers no encryption. Mailbell does not send passwords without it.")
            return Failure(Mend.SERVER, sentence.format(host=host))
        case ProblemKind.TOO_MANY | ProblemKind.TOO_OFTEN:
            sentence = tr("The server has enough of log-ins for now.")
            return Failure(Mend.WAIT, sentence, Remedy.TRY_NOW, tr("Try &now"), pause=PAUSE)
    return Failure(Mend.ADDRESS, problem.sentence, Remedy.MORE_SETTINGS, tr("More settings…"), problem.advice)


def _without_encryption(account: Account) -> tuple[Problem, ...]:
    return (
        failed("no STARTTLS", account),
        failed("no encryption", account),
        handshake_failed("wrong version number", account),
    )
