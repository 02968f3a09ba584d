"""The settings as values, and their form in the settings file; `fields` declares each setting once."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.imap.text import display_safe
from tray.mail.model.account import DEFAULT_PORTS, Account, AccountId, Security
from tray.mail.model.toast import DESKTOP, ToastAction, ToastContent
from tray.mail.settings.checks import account_errors, free_name
from tray.mail.settings.choices import IconCount, LeftClick, ToastDuration
from tray.mail.settings.fields import ACCOUNT, GENERAL, WINDOW_BUTTONS, Mistake, Setting
from tray.mail.settings.versions import KEY as VERSION_KEY
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tray.mail.model.action import MessageAction
    from tray.mail.settings.oauth_clients import OAuthClient
    from tray.mail.settings.rules import Rule

_ACCOUNTS = "account"
_SIGN_INS = "oauth"
_RULES = "rule"
_TEXT_LIMIT = 40
_ACCOUNTS_LIMIT = 500
_SECRETS = frozenset({"password", "passwort", "pass", "token", "client_secret"})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a profile."""

    accounts: tuple[Account, ...] = ()
    """In the user's order."""
    titles: int = 10
    """How many newest messages of an account the menu lists."""
    toasts: bool = True
    """Whether new messages are announced."""
    toast_content: ToastContent = ToastContent.PREVIEW
    """What a toast shows of a message."""
    toast_duration: ToastDuration = ToastDuration.DESKTOP
    """How long a toast stays on the screen."""
    digest_from: int = 4
    """How many messages within ten seconds become one toast."""
    toast_buttons: tuple[ToastAction, ...] = (ToastAction.MARK_READ, ToastAction.ARCHIVE)
    """The buttons of a toast, besides that which opens the message; the desktop may show fewer."""
    copy_codes: bool = True
    """Whether a toast offers to copy a one-time code."""
    sound: str = DESKTOP
    """The sound of new messages, for accounts that have none of their own."""
    important: tuple[str, ...] = ()
    """Important people, by address, by the domain after an @, or by name: they are told of in quiet hours, too."""
    new_mail_command: str = ""
    """A command to run for each new message, without a shell; the environment tells it of the message."""
    quiet_hours: tuple[str, ...] = ()
    """Times without toasts, for all accounts."""
    follow_do_not_disturb: bool = True
    """Whether messages wait while the desktop does not want to be disturbed."""
    quiet_when_full_screen: bool = True
    """Whether messages wait while a window is full screen or a presentation runs."""
    when_locked: ToastContent = ToastContent.COUNT
    """What a toast shows while the screen is locked."""
    left_click: LeftClick = LeftClick.WINDOW
    """What a click on the tray icon does."""
    menu_actions: bool = False
    """Whether a message in the menu has a sub-menu of actions; else a click opens the message."""
    icon_count: IconCount = IconCount.UNREAD
    """The number on the tray icon."""
    hide_icon: bool = False
    """Whether the tray icon is hidden while nothing is new; starting Mailbell again shows the window."""
    window_buttons: tuple[MessageAction, ...] = WINDOW_BUTTONS[:4]
    """The buttons of a message in the window, in this order."""
    delete_for_good: bool = False
    """Whether *Delete* removes messages for good, after asking, instead of moving them to the trash."""
    language: str = ""
    """The language of the program, such as ``"de"``; empty for that of the desktop."""
    start_at_login: bool = False
    """Whether the program starts when you log in to the desktop."""
    oauth: tuple[OAuthClient, ...] = ()
    """The client ids for signing in; each provider once."""
    rules: tuple[Rule, ...] = ()
    """The rules of the user, in order: the first that matches a message decides."""


class SettingsError(Exception):
    """A setting is invalid; the text is one sentence for the user that names its place."""


def parse(document: Mapping[str, object]) -> Settings:
    """The settings in a TOML document (plain dicts, lists and values).

    Missing keys have their defaults; unknown keys are ignored, see `warnings`. A hand-written account needs
    `host` and one of `user` and `email`; the rest is derived. Raises SettingsError for an invalid value.
    """
    general = _read(GENERAL, document, "")
    given = [(place, _read(ACCOUNT, table, place)) for place, table in _tables(document, _ACCOUNTS)]
    if len(given) > _ACCOUNTS_LIMIT:
        raise SettingsError(tr("there are more than {limit} accounts").format(limit=_ACCOUNTS_LIMIT))
    ids = {values["id"] for _, values in given if values.get("id")}
    accounts: list[Account] = []
    for place, values in given:
        account = _account(place, values, ids, [other.name for other in accounts])
        if any(other.id == account.id for other in accounts):
            sentence = tr('the id "{id}" belongs to another account; remove this line')
            raise SettingsError(place + sentence.format(id=_short(account.id)))
        for field, sentence in account_errors(account, accounts).items():
            raise SettingsError(f"{place}{field}: {sentence}")
        accounts.append(account)
    return Settings(accounts=tuple(accounts), oauth=_sign_ins(document), rules=_rules(document), **general)


def to_document(settings: Settings) -> dict[str, object]:
    """The settings as plain dicts and lists for the TOML file, without those that have their default."""
    document = _written(GENERAL, settings)
    if settings.accounts:
        document[_ACCOUNTS] = [_account_table(account) for account in settings.accounts]
    if settings.oauth:
        document[_SIGN_INS] = [_written(_settings(_SIGN_INS), client) for client in settings.oauth]
    if settings.rules:
        document[_RULES] = [_written(_settings(_RULES), rule) for rule in settings.rules]
    return document


def warnings(document: Mapping[str, object]) -> tuple[str, ...]:
    """A sentence for each unknown key of a document that `parse` accepts."""
    known = [VERSION_KEY, *(setting.key for setting in GENERAL), _ACCOUNTS, _SIGN_INS, _RULES]
    found = [_unknown(key, "", known) for key in document if key not in known]
    for name in (_ACCOUNTS, _SIGN_INS, _RULES):
        for place, table in _tables(document, name):
            known = [setting.key for setting in _settings(name)]
            found += [_unknown(key, place, known) for key in table if key not in known]
    return tuple(found)


def _settings(name: str) -> Sequence[Setting]:
    """The settings in the tables of that name."""
    if name == _ACCOUNTS:
        return ACCOUNT
    if name == _RULES:
        from tray.mail.settings.rules import RULE  # noqa: PLC0415 -- most users have none

        return RULE
    from tray.mail.settings.oauth_clients import OAUTH  # noqa: PLC0415 -- most accounts have passwords

    return OAUTH


def _tables(document: Mapping[str, object], name: str) -> list[tuple[str, dict[str, object]]]:
    """The tables of that name, each after its place, which is the beginning of an error."""
    tables = document.get(name, [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        place = {_ACCOUNTS: _account_place, _SIGN_INS: _sign_in_place, _RULES: _rule_place}[name]
        return [(f"{place(table, number)}: ", table) for number, table in enumerate(tables, 1)]
    if name == _RULES:
        raise SettingsError(tr("rules must be written as tables, each under a line [[rule]]"))
    if name == _SIGN_INS:
        raise SettingsError(tr("sign-ins must be written as tables, each under a line [[oauth]]"))
    raise SettingsError(tr("accounts must be written as tables, each under a line [[account]]"))


def _account_place(table: Mapping[str, object], number: int) -> str:
    name = table.get("name")
    if isinstance(name, str) and name.strip():
        return tr('account "{name}"').format(name=_short(name.strip()))
    return tr("account {number}").format(number=number)


def _sign_in_place(table: Mapping[str, object], _: int) -> str:
    name = table.get("id")
    return tr('sign-in "{id}"').format(id=_short(name)) if isinstance(name, str) else tr("a sign-in")


def _rule_place(table: Mapping[str, object], number: int) -> str:
    name = table.get("name")
    if isinstance(name, str) and name.strip():
        return tr('rule "{name}"').format(name=_short(name.strip()))
    return tr("rule {number}").format(number=number)


def _read(settings: Iterable[Setting], table: Mapping[str, object], place: str) -> dict[str, Any]:
    values: dict[str, object] = {}
    for setting in settings:
        if setting.key in table:
            value = table[setting.key]
            try:
                values[setting.key] = setting.kind.read(value)
            except Mistake as mistake:
                raise SettingsError(f"{place}{setting.key}: {mistake}") from None
            except ValueError:
                sentence = (
                    tr("{key} must be {expected}")
                    if setting.private
                    else tr("{key} must be {expected}, not {value}")
                ).format(key=setting.key, expected=setting.kind.expected(), value=_quoted(value))
                raise SettingsError(place + sentence) from None
    return values


def _sign_ins(document: Mapping[str, object]) -> tuple[OAuthClient, ...]:
    clients: dict[str, OAuthClient] = {}
    for place, table in _tables(document, _SIGN_INS):
        from tray.mail.settings.oauth_clients import OAuthClient  # noqa: PLC0415 -- as above

        values = _read(_settings(_SIGN_INS), table, place)
        _require(place, id=values.get("id"), client_id=values.get("client_id"))
        client = OAuthClient(**values)
        if client.id in clients:
            raise SettingsError(place + tr("it stands there twice; remove one"))
        clients[client.id] = client
    return tuple(clients.values())


def _rules(document: Mapping[str, object]) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for place, table in _tables(document, _RULES):
        from tray.mail.settings.rules import MAX_RULES, Rule  # noqa: PLC0415 -- as above

        values = _read(_settings(_RULES), table, place)
        _require(place, name=values.get("name"))
        rule = Rule(**values)
        if rule.name in rules:
            raise SettingsError(place + tr("it stands there twice; remove one"))
        if len(rules) == MAX_RULES:
            raise SettingsError(tr("there are more than {limit} rules").format(limit=MAX_RULES))
        rules[rule.name] = rule
    return tuple(rules.values())


def _account(place: str, values: dict[str, Any], ids: set[str], names: Sequence[str]) -> Account:
    """An account from the `values` in the file; a derived id is added to `ids`, the ids in use."""
    user = values.get("user") or values.get("email") or ""
    host = values.get("host") or ""
    _require(place, host=host, user=user)
    email = values.get("email", user if "@" in user else "")
    name = values.get("name") or free_name(email or user, names)
    account_id = values.get("id") or _derived_id(user, host, name, ids)
    ids.add(account_id)
    derived = {
        "id": AccountId(account_id),
        "name": name,
        "email": email,
        "host": host,
        "user": user,
        "port": values.get("port", DEFAULT_PORTS[values.get("security", Security.TLS)]),
    }
    return Account(**{**values, **derived})


def _require(place: str, **values: object) -> None:
    for key, value in values.items():
        if not value:
            raise SettingsError(place + tr("{key} is missing").format(key=key))


def _derived_id(user: str, host: str, name: str, used: set[str]) -> str:
    """The same id at each start, also after a renaming; the name counts only where user and host are the same."""
    from hashlib import sha256  # noqa: PLC0415 -- for hand-written accounts only

    identity = f"{user}\0{host}"
    while (derived := sha256(identity.encode(errors="replace")).hexdigest()[:12]) in used:
        identity += f"\0{name}"
    return derived


def _account_table(account: Account) -> dict[str, object]:
    table = _written(ACCOUNT, account)
    if account.port == DEFAULT_PORTS[account.security]:
        table.pop("port", None)
    else:
        table["port"] = account.port
    return table


def _written(
    settings: Iterable[Setting], values: Settings | Account | OAuthClient | Rule
) -> dict[str, object]:
    defaults = {field.name: field.default for field in fields(values) if field.default is not MISSING}
    return {
        setting.key: setting.kind.write(getattr(values, setting.key))
        for setting in settings
        if setting.key not in defaults or getattr(values, setting.key) != defaults[setting.key]
    }


def _unknown(key: str, place: str, known: Sequence[str]) -> str:
    if key.lower() in _SECRETS:
        return place + tr("{key} is not used here; keep it in the keyring, or see password_command").format(
            key=key
        )
    from difflib import get_close_matches  # noqa: PLC0415 -- for typing errors only

    close = get_close_matches(key.lower(), known, n=1)
    if close:
        return place + tr('unknown setting "{key}"; did you mean "{close}"?').format(
            key=_short(key), close=close[0]
        )
    return place + tr('unknown setting "{key}"').format(key=_short(key))


def _short(text: str) -> str:
    return display_safe(text, _TEXT_LIMIT)


def _quoted(value: object) -> str:
    """A value much as in TOML, so that the user finds it in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_short(value)}"'
    try:
        return _short(str(value))
    except ValueError:  # Python converts no number of thousands of digits, which TOML may have in hexadecimal
        return "…"
