"""The command line against a real Dovecot: what scripts rely on."""

from __future__ import annotations

import json
import stat

import pytest

from tests.real.dovecot import Certificate, Dovecot


@pytest.fixture
def ready(program, dovecot):
    """An account on a mailbox with three mails."""
    for subject in ("First", "Zweite Prüfung", "Third & <last>"):
        dovecot.deliver(subject)
    program.add_account(dovecot)
    return program


def add(program, dovecot, *more, **fields):
    """`account add` with these words changed."""
    words = {
        "name": "Work",
        "email": "anna@example.org",
        "user": dovecot.user,
        "host": dovecot.host,
        "port": str(dovecot.port_tls),
        "ca-file": dovecot.ca_file,
        **fields,
    }
    argv = [word for name, value in words.items() if value is not None for word in (f"--{name}", value)]
    return program.run("account", "add", *argv, *more, stdin=dovecot.password + "\n")


def test_subjects_prints_the_newest_first_one_a_line_and_changes_no_flag(ready, dovecot):
    """The finished example; neither Seen nor Recent changes: the user's other clients see the mails as new."""
    done = ready.run("subjects")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["Third & <last>", "Zweite Prüfung", "First"]
    assert ready.run("subjects", "-n", "1").stdout == "Third & <last>\n"
    (newest, *_) = json.loads(ready.run("subjects", "--json").stdout)
    assert (newest["subject"], newest["address"]) == ("Third & <last>", "bob@example.org")
    assert newest["unseen"] is True
    client = dovecot.imap()
    client.select("INBOX", readonly=True)
    _, flags = client.fetch("1:*", "(FLAGS)")
    client.logout()
    assert all(b"\\Seen" not in line for line in flags)
    assert sum(b"\\Recent" in line for line in flags) == 3


def test_what_cannot_be_had_is_a_sentence_and_an_exit_code(ready, dovecot):
    """A mailbox that is not there, by its name; a server that is down; broken settings, which stay as they are."""

    def failure():
        done = ready.run("subjects", *mailbox)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stderr

    mailbox = ("--mailbox", "Nowhere")
    code, sentence = failure()
    assert (code, "Nowhere" in sentence) == (1, True)
    mailbox = ()
    with dovecot.stopped():
        assert failure()[0] == 4
    (file,) = ready.profile.rglob("settings.toml")
    file.write_text(before := file.read_text() + "\nthis is no TOML\n")
    code, sentence = failure()
    assert (code, "line" in sentence) == (1, True)
    assert file.read_text() == before


def test_adding_an_account_tests_it_step_by_step_and_keeps_its_secret_in_the_file_asked_for(program, dovecot):
    """And says what was found; only its owner can read the files."""
    done = add(program, dovecot, "--password-stdin", "--insecure-secret-file")
    assert done.returncode == 0
    assert done.stdout.count("✓") >= 5
    assert "readable" in done.stdout
    listed = json.loads(program.run("account", "list", "--json").stdout)["accounts"]
    assert [(each["name"], each["port"]) for each in listed] == [("Work", dovecot.port_tls)]
    holders = []
    for path in program.profile.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        if path.is_file() and b'rd "1' in path.read_bytes().replace(b"\\", b""):
            holders.append(path.name)
    assert holders == ["insecure-secrets.json"]


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"port": "1"}, 4, "1"),
        ({"host": "no-such-host.invalid"}, 4, "no-such-host.invalid"),
        ({"ca-file": None}, 5, "certificate"),
        ({"user": "nobody-here"}, 3, "refused"),
        ({"ca-file": "/nonexistent.pem"}, 2, "There is no file /nonexistent.pem"),
        ({"email": "not an address"}, 2, "address"),
    ],
)
def test_each_failure_has_its_exit_code_and_a_sentence(program, dovecot, fields, code, says):
    """And nothing is added."""
    done = add(program, dovecot, "--password-stdin", "--insecure-secret-file", **fields)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert dovecot.password not in done.stdout + done.stderr
    assert json.loads(program.run("account", "list", "--json").stdout) == {"accounts": []}


def test_an_expired_certificate_is_exit_code_5(program):
    """And no password byte leaves; others that cannot be trusted: `tests.real.test_trust`."""
    with Dovecot(certificate=Certificate.EXPIRED) as server:
        done = add(program, server, "--password-stdin", "--insecure-secret-file")
        assert done.returncode == 5, done.stdout + done.stderr
        assert "Login: " not in server.log_text()


def test_without_a_keyring_it_is_said_how_a_secret_can_be_kept(program, dovecot):
    """On a profile of its own the file is offered by its name."""
    done = add(program, dovecot, "--password-stdin")
    assert done.returncode == 1
    assert "--insecure-secret-file" in done.stderr
    assert "--password-command" in done.stderr
    assert json.loads(program.run("account", "list", "--json").stdout) == {"accounts": []}


def test_a_password_command_needs_no_keyring(program, dovecot, tmp_path):
    """Its output is the password; it never reaches our files."""
    script = tmp_path / "password"
    script.write_text(dovecot.password + "\n")
    done = add(program, dovecot, "--password-command", f"cat '{script}'")
    assert done.returncode == 0, done.stderr
    assert program.run("account", "check").returncode == 0
    assert program.run("subjects").returncode == 0


def test_cleartext_to_another_host_is_refused_unless_allowed(program, dovecot):
    """The password would be readable on the way."""
    done = add(
        program, dovecot, "--security", "none", "--password-stdin", "--no-check", host="imap.example.org"
    )
    assert done.returncode == 2
    assert "--allow-cleartext" in done.stderr


def test_starttls_and_cleartext_on_loopback_work(program, dovecot):
    """The one is as good as TLS, the other stays on this machine."""
    port = str(dovecot.port_starttls)
    for name, security in (("Start", "starttls"), ("Clear", "none")):
        done = add(
            program,
            dovecot,
            "--security",
            security,
            "--password-stdin",
            "--insecure-secret-file",
            name=name,
            port=port,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_accounts_are_told_apart_and_removed(ready, dovecot):
    """A name that is taken is refused; without a name, several are asked about."""
    assert add(ready, dovecot, "--password-stdin", "--insecure-secret-file", "--no-check").returncode == 2
    ready.add_account(dovecot, "Home", "--no-check")
    assert ready.run("subjects").returncode == 2
    assert ready.run("subjects", "--account", "Home").returncode == 0
    assert ready.run("account", "remove", "Work").returncode == 0
    assert ready.run("account", "remove", "Work").returncode == 2
    assert ready.run("subjects").returncode == 0


def test_the_notifier_without_a_screen_says_so(ready):
    """Qt would abort the process."""
    done = ready.run()
    assert done.returncode == 1
    assert "no screen" in done.stderr
