"""No secret is written where it does not belong: of proxies, of other programs, of the desktop's accounts."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tests.e2e.test_oauth import children
from tests.real.proxies import Microsocks
from tests.rig.online_accounts import OnlineAccounts
from tests.rig.processes import wait_until

PROXY, WRONG, PLAIN, ONLINE = "Pr0xy-only-word", "Wr0ng-proxy-word", "Pl4in-mbsync-word", "0nline-only-word"


def assert_nothing_shows(program, printed, *secrets):
    """Neither in what was printed and logged, nor in a file but that of secrets, nor in any process of ours."""
    texts = [program.log_text().encode(), *(text.encode() for text in printed)]
    texts += [
        path.read_bytes()
        for path in program.folder.rglob("*")
        if path.is_file() and path.name not in {"insecure-secrets.json", ".mbsyncrc"}
    ]
    for pid in children(program.pid):
        for name in ("cmdline", "environ"):
            with suppress(OSError):  # it may have ended
                texts.append(Path(f"/proc/{pid}/{name}").read_bytes())
    assert len(texts) > 4
    assert not [secret for secret in secrets for text in texts if secret.encode() in text]
    assert not any(b"Traceback" in text for text in texts)


def test_no_secret_is_written(recorder, program, dovecot):
    """At any level of logs; the proxy refuses, mbsync has its password in the clear, the online account is broken."""
    home = program.folder / "home"
    home.mkdir()
    program.env["HOME"] = str(home)
    (home / ".mbsyncrc").write_text(
        f"IMAPAccount plain\nHost localhost\nPort {dovecot.port_tls}\nUser anna\nPass {PLAIN}\nTLSType IMAPS\n",
        "utf-8",
    )
    with OnlineAccounts(recorder.bus.address) as service, Microsocks("joe", PROXY) as proxy:
        place = f"localhost:{dovecot.port_starttls}"
        service.add("online", email="online@example.org", secret=ONLINE, host=place, ImapUseSsl=False)
        program._add(
            dovecot,
            "Work",
            *(
                "--password-stdin",
                "--insecure-secret-file",
                "--proxy",
                f"socks5://joe@127.0.0.1:{proxy.port}",
            ),
            stdin=f"{dovecot.password}\n{PROXY}\n",
        )
        done = [
            program.run("--log-level", "debug", *words)
            for words in (
                ("account", "import"),
                ("account", "import", "--all"),
                ("account", "check"),
                ("account", "check", "Work", "--report"),
                ("account", "list", "--json"),
            )
        ]
        program.start("--log-level", "debug")
        program.wait_state("watching")
        proxy.kill()
        proxy.password = WRONG
        proxy.start()
        program.wait_state("needs-credentials")
        wait_until(lambda: any(each["error"] for each in program.status()[1:]), "the others to fail")
        printed = [text for each in done for text in (each.stdout, each.stderr)]
        assert "plain" in printed[0]
        assert_nothing_shows(program, printed, PROXY, WRONG, PLAIN, ONLINE, dovecot.password)
