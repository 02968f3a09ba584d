"""Every command that logs in, for accounts that are not everybody's: OAuth2, behind a proxy, asked each time."""

from __future__ import annotations

import subprocess

import pytest

from tests.e2e.program import MAILBELL, Program
from tests.real.authorization_server import AuthorizationServerFixture, browse, ended_at
from tests.real.dovecot import Dovecot
from tests.real.proxies import Microsocks
from tests.real.terminal import Terminal
from tests.rig.desktop import VirtualDesktop


@pytest.fixture(scope="module")
def keyring():
    """A desktop with an open keyring, and nothing else."""
    with VirtualDesktop(keyring="unlocked", notifier="none", panel=False) as desktop:
        yield desktop


@pytest.fixture
def program(tmp_path, keyring):
    """The command line on a profile of its own, without a browser."""
    return Program(tmp_path, {**keyring.env, "DISPLAY": ""})


@pytest.fixture
def oauth_server():
    """An authorisation server."""
    with AuthorizationServerFixture() as oauth_server:
        yield oauth_server


@pytest.fixture
def server(oauth_server):
    """A mail server that takes its tokens, and passwords as well."""
    dovecot = Dovecot(mechanisms="plain xoauth2")
    with dovecot._configuration.open("a") as configuration:
        configuration.write(oauth_server.introspection(dovecot.home))
    with dovecot:
        dovecot.imap().create("Lists")
        dovecot.deliver("Hello")
        yield dovecot


@pytest.fixture
def proxy():
    """A proxy that knows one user."""
    with Microsocks("joe", "hidden") as proxy:
        yield proxy


def adding(server, *more):
    """The words that add an account of that server."""
    return (
        *("account", "add", "--name", "Work", "--email", "anna@example.org", "--user", server.user),
        *("--host", server.host, "--port", str(server.port_tls), "--ca-file", server.ca_file, *more),
    )


def through(proxy):
    """The words of its address."""
    return f"socks5://joe@127.0.0.1:{proxy.port}"


def browsing(program, *words, stdin=""):
    """Run a command that signs in, and be the browser."""
    with subprocess.Popen(
        [*MAILBELL, "--profile", str(program.profile), *words],
        env=program.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        child.stdin.write(stdin)
        child.stdin.close()
        said = ""
        for line in child.stdout:
            said += line
            if line.strip().startswith("http"):
                browse(line.strip())
    return child.returncode, said


def test_signed_in_behind_a_proxy_with_a_password(program, oauth_server, server, proxy):
    """Added, tested, read, listed, watched, signed in for again and renewed, and all of it through the proxy."""
    assert program.run(*oauth_server.settings()).returncode == 0
    oauth = ("--sign-in", "--oauth", "test", "--mailbox", "INBOX", "--mailbox", "Lists")
    behind = ("--proxy", through(proxy), "--proxy-password-stdin")
    code, said = browsing(program, *adding(server, *oauth, *behind), stdin="wrong\n")
    assert code == 3, said
    code, said = browsing(program, *adding(server, *oauth, *behind), stdin="hidden\n")
    assert (code, "anna is logged in" in said) == (0, True), said
    every = (
        ("subjects",),
        ("account", "check"),
        ("account", "check", "--report"),
        ("account", "folders"),
        ("account", "unwatch", "Work", "Lists"),
        ("account", "watch", "Work", "Lists"),
    )
    for words in every:
        done = program.run(*words)
        assert (done.returncode, done.stderr) == (0, ""), (words, done)
    oauth_server.end_access()
    assert program.run("subjects").stdout == "Hello\n"
    assert oauth_server.asked("refresh_token") == 1
    code, said = browsing(program, "account", "sign-in", "Work")
    assert code == 0, said

    asked = oauth_server.asked("refresh_token"), oauth_server.asked("authorization_code")
    oauth_server.end_access()
    proxy.kill()
    for words in every[:2]:
        assert program.run(*words).returncode == 4, words
    assert asked == (oauth_server.asked("refresh_token"), oauth_server.asked("authorization_code"))
    proxy.start()
    assert program.run("subjects").stdout == "Hello\n"


def test_another_proxy_gets_another_password(program, server, proxy):
    """The first is forgotten, and not sent to the second; nor kept for when the account comes back."""
    behind = ("--password-stdin", "--proxy", through(proxy))
    assert program.run(*adding(server, *behind), stdin=f"{server.password}\nhidden\n").returncode == 0
    with Microsocks("joe", "hidden") as other:  # it would take it
        done = program.run("account", "set", "Work", f"proxy={through(other)}")
        assert done.returncode == 0, done
        assert "--proxy-password-stdin" in done.stdout
        done = program.run("subjects")
        assert done.returncode == 3, done
        assert "no password for the proxy" in done.stderr
        again = ("account", "set", "Work", f"proxy={through(other)}", "--proxy-password-stdin")
        assert program.run(*again, stdin="hidden\n").returncode == 0
        assert program.run("subjects").stdout == "Hello\n"
        program.run("account", "set", "Work", f"proxy={through(proxy)}")
        assert program.run("subjects").returncode == 3
        done = program.run("account", "set", "Work", "proxy=tor", "--proxy-password-stdin", stdin="x\n")
        assert done.returncode == 2
        assert "needs no password" in done.stderr


def test_what_is_asked_each_time_is_asked_on_the_terminal_once(program, server, proxy):
    """The mail password and the proxy's, where neither is kept; nothing of it is shown."""
    words = adding(
        server, "--password-stdin", "--proxy", through(proxy), "--no-check", "--insecure-secret-file"
    )
    assert program.run(*words, stdin="x\nx\n").returncode == 0
    words = ("account", "set", "Work", "secret=ask")
    assert program.run(*words).returncode == 0
    for command in (("subjects",), ("account", "check"), ("account", "folders")):
        argv = [*MAILBELL, "--profile", str(program.profile), *command]
        with Terminal(argv, program.env) as terminal:
            for name, password in (("Work", server.password), ("Work (proxy)", "hidden")):
                terminal.wait(f"Password for {name}: ")
                terminal.type(password)
            assert terminal.end() == 0, terminal.said
            assert terminal.said.count("Password for") == 2
            assert "hidden" not in terminal.said
            assert server.password not in terminal.said


def test_the_address_at_which_another_computers_browser_ended_is_pasted(program, oauth_server, server):
    """As with a shell on another computer; what is no answer to this sign-in is said, and changes nothing."""
    assert program.run(*oauth_server.settings()).returncode == 0
    words = adding(server, "--sign-in", "--oauth", "test")
    with Terminal([*MAILBELL, "--profile", str(program.profile), *words], program.env) as terminal:
        said = terminal.wait("Waiting for it")
        assert "paste the address of that page here" in said
        (url,) = [line.strip() for line in said.splitlines() if line.strip().startswith("http")]
        end = ended_at(url)
        assert end.startswith("http://127.0.0.1:")
        for wrong in ("what?", "http://[", end.replace("state=", "state=x"), end.partition("&")[0]):
            before = terminal.said.count("is not the address")
            terminal.type(wrong)
            terminal.wait("is not the address" * (before == 0) or "Copy the whole address")
        terminal.type(end)
        assert terminal.end() == 0, terminal.said
    assert "anna is logged in" in terminal.said
    assert oauth_server.asked("authorization_code") == 1
    assert program.run("subjects").stdout == "Hello\n"
