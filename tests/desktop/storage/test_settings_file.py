"""The settings file: nothing of the user's is lost."""

from __future__ import annotations

import os
import stat
from dataclasses import replace

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.account import DEFAULT_PORTS, Account, AccountId, Security
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.mail.settings.oauth_clients import OAuthClient
from tray.mail.settings.rules import Announce, Rule
from tray.mail.settings.settings import Settings, SettingsError

pytestmark = pytest.mark.expects_log("unknown setting")  # the file that is written by hand has some
ADA = Account(
    id=AccountId("ada"),
    name="Ada",
    email="ada@example.org",
    host="imap.example.org",
    user="ada@example.org",
    colour="#d62728",
)
BOB = Account(
    id=AccountId("bob"),
    name="Bob",
    email="bob@example.org",
    host="imap.example.org",
    user="bob@example.org",
    colour="#2ca02c",
)

BY_HAND = """\
# my settings
titles = 10  # the default, written all the same
colour = "green"

[[account]]  # the first
host = "imap.example.org"
user = "ada@example.org"
port = 993   # as usual
note = "keep me"

# about Bob
[[account]]
id = "bob"
name = "Bob"
host = "imap.example.org"
user = "bob@example.org"
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.toml"


@pytest.fixture
def by_hand(path):
    path.write_text(BY_HAND)
    file = SettingsFile(path)
    return file, file.load()


def test_a_key_that_means_nothing_is_named_in_the_log(path, caplog):
    path.write_text('toast = false\n[[account]]\nhost = "imap.example.org"\nuser = "ada"\nmutted = true\n')
    SettingsFile(path).load()
    toast, muted = (record.getMessage() for record in caplog.records)
    assert 'unknown setting "toast"; did you mean "toasts"?' in toast
    assert 'unknown setting "mutted"; did you mean "muted"?' in muted


def test_a_new_user_has_the_defaults_and_no_file(path):
    assert SettingsFile(path).load() == Settings()
    assert not path.exists()


def test_what_is_saved_is_loaded_again_and_private(path):
    SettingsFile(path).save(Settings((ADA, BOB), titles=5))
    assert SettingsFile(path).load() == Settings((ADA, BOB), titles=5)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("# The settings of Mailbell")


def test_saving_without_a_change_writes_nothing(by_hand, path):
    file, loaded = by_hand
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert file.save(loaded) == loaded
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert path.read_text() == BY_HAND


def test_comments_unknown_keys_and_other_lines_survive_a_change(by_hand, path):
    file, loaded = by_hand
    wanted = replace(loaded, titles=20)
    assert file.save(wanted) == wanted
    assert path.read_text() == BY_HAND.replace("titles = 10", "titles = 20")


def test_a_default_is_written_where_the_line_stands(by_hand, path):
    file, loaded = by_hand
    file.save(replace(loaded, titles=20))
    file.save(loaded)
    assert path.read_text() == BY_HAND


def test_a_changed_account_keeps_its_lines_and_its_identity(by_hand, path):
    file, loaded = by_hand
    ada, bob = loaded.accounts
    wanted = replace(
        loaded, accounts=(replace(ada, host="other.example.org", security=Security.STARTTLS, port=143), bob)
    )
    assert file.save(wanted) == wanted
    text = path.read_text()
    assert 'note = "keep me"' in text
    assert "# as usual" in text
    assert "# about Bob" in text
    assert SettingsFile(path).load() == wanted  # the derived id did not change with the host


def test_accounts_are_added_removed_and_put_in_order(by_hand, path):
    file, loaded = by_hand
    ada, bob = loaded.accounts
    eve = replace(BOB, id=AccountId("eve"), name="Eve")
    for accounts in ((eve, bob, ada), (ada,), (), (bob,)):
        wanted = replace(loaded, accounts=accounts)
        assert file.save(wanted) == wanted
        assert SettingsFile(path).load() == wanted
    assert 'colour = "green"' in path.read_text()


def test_accounts_keep_the_colours_that_they_were_given(by_hand, path):
    file, loaded = by_hand
    ada, bob = loaded.accounts
    eve = replace(BOB, id=AccountId("eve"), name="Eve", colour="")
    with_eve = file.save(replace(loaded, accounts=(bob, eve)))
    assert with_eve.accounts == (bob, replace(eve, colour=ACCOUNT_COLOURS[2]))
    assert file.save(replace(loaded, accounts=with_eve.accounts[1:])).accounts == with_eve.accounts[1:]
    assert SettingsFile(path).load().accounts == with_eve.accounts[1:]
    assert (ada.colour, bob.colour) == ACCOUNT_COLOURS[:2]


def test_accounts_written_in_line_are_changed_too(path):
    path.write_text('account = [{host = "h.example.org", user = "u@example.org", note = 1}]\n')
    file = SettingsFile(path)
    (account,) = file.load().accounts
    wanted = Settings((replace(account, enabled=False), BOB))
    assert file.save(wanted) == wanted
    assert "note = 1" in path.read_text()


def test_a_change_by_hand_meanwhile_is_kept(by_hand, path):
    file, loaded = by_hand
    path.write_text(BY_HAND.replace("titles = 10", "titles = 30") + "\n# later\n")
    result = file.save(replace(loaded, toasts=False))
    assert (result.titles, result.toasts) == (30, False)
    assert "# later" in path.read_text()


def test_an_account_added_by_hand_meanwhile_is_kept(by_hand, path):
    file, loaded = by_hand
    path.write_text(BY_HAND + '[[account]]\nid = "eve"\nhost = "h.example.org"\nuser = "eve@example.org"\n')
    result = file.save(replace(loaded, accounts=loaded.accounts[:1]))
    assert [account.user for account in result.accounts] == ["ada@example.org", "eve@example.org"]


@pytest.mark.parametrize(
    ("old", "new", "accounts"),
    [
        ("titles = 10", "titles = 30", None),
        ('name = "Bob"', 'name = "Robert"', lambda ada, bob: (ada, replace(bob, name="Bobby"))),
        ('name = "Bob"', 'name = "Robert"', lambda ada, bob: (ada,)),
        (BY_HAND[BY_HAND.index("# about Bob") :], "", lambda ada, bob: (ada, replace(bob, name="Bobby"))),
    ],
)
def test_the_same_thing_changed_twice_is_refused_and_nothing_is_written(by_hand, path, old, new, accounts):
    file, loaded = by_hand
    edited = BY_HAND.replace(old, new)
    path.write_text(edited)
    changed = replace(loaded, accounts=accounts(*loaded.accounts)) if accounts else replace(loaded, titles=20)
    with pytest.raises(SettingsError, match="by hand"):
        file.save(changed)
    assert path.read_text() == edited


def test_the_same_change_on_both_sides_is_none_to_refuse(by_hand, path):
    file, loaded = by_hand
    path.write_text(BY_HAND.replace("titles = 10", "titles = 20"))
    assert file.save(replace(loaded, titles=20)).titles == 20


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"titles = 1\ntitles = \n", "line 2"),
        (b'titles = "\xff"\n', "UTF-8"),
        (b'a = 1\nx = """\n', "line 3"),
        (b"titles = 0\n", "titles"),
        (b"", "is empty"),
        (b"a = " + b"[" * 5000, "no settings hold"),
        (b"titles = " + b"9" * 5000, "no settings hold"),
    ],
)
def test_a_broken_file_is_told_with_its_place_and_never_overwritten(path, content, sentence):
    path.write_bytes(content)
    file = SettingsFile(path)
    with pytest.raises(SettingsError, match=sentence):
        file.load()
    with pytest.raises(SettingsError, match=sentence):
        file.save(Settings(titles=3))
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_read_or_written_is_told_in_words(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(SettingsError, match="cannot be read: it is a folder"):
        SettingsFile(tmp_path / "folder").load()
    missing = SettingsFile(tmp_path / "no" / "settings.toml")
    with pytest.raises(SettingsError, match="cannot be written: it does not exist"):
        missing.save(Settings(titles=3))


# A name is kept as it is but for white space around it.
texts = st.text(st.characters(max_codepoint=0x2FF, blacklist_categories=("Cc", "Zs")), max_size=8)
accounts = st.builds(
    lambda number, host, name, security, more: Account(
        id=AccountId(f"id{number}"),
        name=f"{name}{number}",
        email="",
        host=f"{host}.example.org",
        user="someone",
        security=security,
        port=more["port"] or DEFAULT_PORTS[security],
        enabled=more["enabled"],
        colour="#2ca02c",
    ),
    st.integers(0, 5),
    st.sampled_from(["a", "b"]),
    texts,
    st.sampled_from([Security.TLS, Security.STARTTLS]),
    st.fixed_dictionaries({"port": st.sampled_from([0, 993, 143, 1234]), "enabled": st.booleans()}),
)
documents = st.builds(
    Settings,
    accounts=st.lists(accounts, max_size=4, unique_by=lambda account: account.id).map(tuple),
    titles=st.integers(1, 50),
    toasts=st.booleans(),
    rules=st.lists(
        st.builds(Rule, st.sampled_from("abcd"), notify=st.sampled_from(Announce), mark_read=st.booleans()),
        max_size=4,
        unique_by=lambda rule: rule.name,
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(documents, min_size=1, max_size=4))
def test_any_sequence_of_settings_is_read_back(tmp_path_factory, sequence):
    path = tmp_path_factory.mktemp("any") / "settings.toml"
    path.write_text("# mine\nother = 1\n")
    file = SettingsFile(path)
    file.load()
    for each in sequence:
        assert file.save(each) == each
        assert SettingsFile(path).load() == each
    assert path.read_text().startswith("# mine\nother = 1\n")


def test_what_is_saved_can_be_what_changed_since_an_earlier_time(tmp_path):
    """A dialog was open while a certificate was pinned and an account was added."""
    file = SettingsFile(tmp_path / "settings.toml")
    work, home = (
        Account(AccountId(name), name, f"{name}@example.org", "imap.example.org", name, colour="#2ca02c")
        for name in ("work", "home")
    )
    begun = file.save(Settings(accounts=(work,)))
    file.save(Settings(accounts=(replace(work, pinned="ab" * 32), home)))
    kept = file.save(Settings(accounts=(replace(work, webmail="https://example.org/"),), titles=5), begun)
    assert kept == Settings(
        accounts=(replace(work, pinned="ab" * 32, webmail="https://example.org/"), home), titles=5
    )
    assert file.load() == kept


def test_sign_ins_are_added_changed_and_removed_beside_what_stands_there(path):
    path.write_text('# mine\n[[oauth]]  # Google\nid = "google"\nclient_id = "old"\n')
    file = SettingsFile(path)
    before = file.load()
    google = replace(before.oauth[0], client_id="new")
    own = OAuthClient("own", "c", token="https://o.org/t", scopes=("mail",))
    file.save(replace(before, oauth=(google, own)))
    text = path.read_text()
    assert "# mine" in text
    assert "[[oauth]]  # Google" in text
    assert SettingsFile(path).load().oauth == (google, own)
    path.write_text(path.read_text().replace('"new"', '"by hand"'))
    with pytest.raises(SettingsError, match="google"):
        file.save(replace(before, oauth=(own,)))
    file.load()
    file.save(replace(before, oauth=()))
    assert SettingsFile(path).load().oauth == ()


def test_settings_may_be_a_link_to_a_file_of_the_users_own(tmp_path):
    """As many keep them under version control; nothing else of ours may be one."""
    kept = tmp_path / "dotfiles" / "mailbell.toml"
    kept.parent.mkdir()
    kept.write_text("titles = 7  # mine\n")
    path = tmp_path / "settings.toml"
    path.symlink_to("dotfiles/mailbell.toml")
    file = SettingsFile(path)
    assert file.load().titles == 7
    file.save(Settings(titles=8))
    assert path.is_symlink()
    assert kept.read_text() == "titles = 8  # mine\n"


def test_settings_that_others_can_change_are_not_used(path):
    path.write_text("titles = 7\n")
    path.chmod(0o666)
    with pytest.raises(SettingsError, match="not used, because other users can write to it"):
        SettingsFile(path).load()


@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "/dev/tty", "linked pipe", "linked /dev/zero"])
def test_what_is_no_file_is_not_waited_for(tmp_path, kind):
    path = tmp_path / "settings.toml"
    if "pipe" in kind:
        os.mkfifo(tmp_path / "pipe")
    target = kind.removeprefix("linked ")
    path.symlink_to(target if target.startswith("/") else tmp_path / "pipe")
    if kind == "pipe":
        path = tmp_path / "pipe"
    file = SettingsFile(path)
    for act in (file.load, lambda: file.save(Settings(titles=3))):
        with pytest.raises(SettingsError):
            act()


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 100_000 + "]" * 100_000,
        "a = " + "{a = " * 50_000,
        ".".join("a" * 100_000) + " = 1",
        " . ".join("a" * 100_000) + " = 1",
        ".".join(["'a'"] * 100_000) + " = 1",
        "[" + ".".join("a" * 100_000) + "]",
        "[[" + ".".join("a" * 100_000) + "]]",
        "a = {" + ".".join("a" * 100_000) + " = 1}",
        "a = 1\n" * 200_000,
        "titles = " + "[" * 300 + "]" * 300,
        "titles = 0x" + "f" * 100_000,
        "[[account]]\nhost = 'a'\nuser = 'b'\n" * 10_000,
        "[[account]]\nhost = 'a'\nuser = 'b'\nopen_command = '" + "sh " * 3_000 + "{uid}'",
        "[[account]]\nhost = 'a'\nuser = '" + "b" * 100_000 + "'",
        "\0" * 100_000,
    ],
    ids=range(15),
)
def test_what_is_nested_or_repeated_for_ever_is_a_sentence(path, content):
    path.write_text(content)
    file = SettingsFile(path)
    for act in (file.load, lambda: file.save(Settings(titles=3))):
        with pytest.raises(SettingsError):
            act()
    assert path.read_text() == content


def test_what_can_be_read_but_is_too_deep_to_be_written_is_a_sentence(path):
    deep = "a = " + "[" * 250 + "]" * 250 + "\n"
    path.write_text(deep)
    file = SettingsFile(path)
    changed = replace(file.load(), titles=3)
    try:
        tomlkit.parse(deep)
    except tomlkit.exceptions.TOMLKitError:
        with pytest.raises(SettingsError, match="no settings hold"):
            file.save(changed)
        assert path.read_text() == deep
    else:  # before 0.15.1 it has no limit, and writes what it can read
        file.save(changed)
        assert deep in path.read_text()
        assert file.load().titles == 3
