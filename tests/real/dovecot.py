"""A private Dovecot for tests and benchmarks: own configuration, ports and CA; for root and ordinary users alike."""

from __future__ import annotations

import atexit
import base64
import contextlib
import datetime as dt
import enum
import hashlib
import imaplib
import ipaddress
import itertools
import os
import pwd
import random
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real import dovecot_configuration
from tests.real.dovecot_configuration import BINARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

MISSING = "Dovecot is not installed: these tests need it (Debian, Ubuntu: apt-get install dovecot-imapd)."


class Certificate(enum.Enum):
    """What certificate the server shows."""

    GOOD = "good"
    WRONG_HOST = "wrong-host"
    EXPIRED = "expired"
    SELF_SIGNED = "self-signed"
    NAMELESS = "nameless"


class Dovecot:
    """One server with one user, `user`; also usable as a context manager.

    `capability` replaces the whole CAPABILITY list (imap_capability), `mechanisms` are the SASL ones offered,
    `storage` is ``maildir``, ``mbox`` or ``sdbox``, `extra` is appended to the configuration.
    """

    host = "localhost"
    user = "anna"
    password = 'pässwörd "1\\'

    def __init__(
        self,
        *,
        capability: str | None = None,
        mechanisms: str = "plain login",
        storage: str = "maildir",
        certificate: Certificate = Certificate.GOOD,
        extra: str = "",
    ) -> None:
        if BINARY is None:
            raise RuntimeError(MISSING)
        self.home = Path(
            tempfile.mkdtemp(prefix="dovecot-", dir="/tmp")
        )  # short: socket paths end at 108 bytes
        self.home.chmod(0o755)
        self.ca_file = str(self.home / "ca.pem")
        self.storage = storage
        self.port_tls, self.port_starttls = _free_ports(2)
        self._process: subprocess.Popen[bytes] | None = None
        self._serial = itertools.count(1)
        atexit.register(self.close)  # a test that is interrupted leaves no server behind
        self._clients: list[imaplib.IMAP4_SSL] = []
        self._root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid())
        self._mail_user = pwd.getpwnam("nobody") if self._root else me
        for name in ("run", "state", "mail", f"mail/{self.user}"):
            (self.home / name).mkdir()
        self._own(self.home / "mail", self.home / "mail" / self.user)
        make_certificates(self.home, certificate)
        self.keep_user(f"{{PLAIN.B64}}{_base64(self.password)}")
        group = "dovecot" if self._root else _group(me.pw_gid)
        self._configuration = self.home / "dovecot.conf"
        self._configuration.write_text(
            dovecot_configuration.whole(
                storage,
                capability,
                extra,
                home=self.home,
                name=self.home.name,
                internal="dovecot" if self._root else me.pw_name,
                group=group,
                login="dovenull" if self._root else me.pw_name,
                uid=self._mail_user.pw_uid,
                gid=self._mail_user.pw_gid,
                mechanisms=mechanisms,
                listen=_loopback(),
                port_tls=self.port_tls,
                port_starttls=self.port_starttls,
            ),
            encoding="utf-8",
        )

    def keep_user(self, password: str = "", fields: str = "") -> None:
        """Keep `password` for the user as it is (by default a hash of the right one), and extra `fields` beside it."""
        if not password:
            hashed = hashlib.sha256(self.password.encode() + b"salt").digest()
            password = "{SSHA256.b64}" + base64.b64encode(hashed + b"salt").decode()
        users = self.home / "users"
        users.write_text(f"{self.user}:{password}::::::{fields}\n", encoding="utf-8")
        users.chmod(0o644)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start it and return when it answers; raises RuntimeError with its log when it does not."""
        assert self._process is None
        assert BINARY is not None
        with (self.home / "errors").open("ab") as errors:
            self._process = subprocess.Popen(
                [BINARY, "-F", "-c", str(self._configuration)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        until = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                said = self.log_text()
                self.stop()
                raise RuntimeError(f"Dovecot does not start:\n{said}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as an administrator does; whoever is connected loses the connection."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, without a word to anybody; a lock that it leaves would be respected for two minutes."""
        self._end(signal.SIGKILL)
        for lock in self.home.glob("mail/*/Maildir/**/dovecot-uidlist.lock"):
            lock.unlink(missing_ok=True)

    def restart(self) -> None:
        """Stop and start again on the same ports with the same mail."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Make it hang: connections stay, the kernel acknowledges, nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop it if it runs, and remove all its files."""
        for client in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown()
        self._clients.clear()
        if self._process is not None:
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
        atexit.unregister(self.close)

    def log_text(self) -> str:
        """What it logged so far, in the words of 2.3."""
        texts = [(self.home / name) for name in ("errors", "log")]
        said = "".join(path.read_text(encoding="utf-8", errors="replace") for path in texts if path.exists())
        return said.replace("Logged in: user=", "Login: user=")

    def deliver(
        self,
        subject: str = "A subject",
        sender: str = "Bob <bob@example.org>",
        mailbox: str = "INBOX",
        body: str = "Hello.\n",
        date: float | None = None,
    ) -> None:
        """Put one mail into `mailbox`, as a delivery agent does (maildir), else by APPEND."""
        text = mail(subject, sender, body, next(self._serial), date)
        if self.storage == "maildir":
            self._maildir_add(self._maildir(mailbox), text)
        else:
            with self.imap() as client:
                client.append(mailbox, None, None, text)  # type: ignore[arg-type]

    def append(self, subject: str, mailbox: str) -> None:
        """One mail into `mailbox` by the server itself, as its delivery agent does: only then NOTIFY tells of it."""
        with self.imap() as client:
            client.create(f'"{mailbox}"')
            text = mail(subject, "Bob <bob@example.org>", "Hello.\n", next(self._serial), None)
            assert client.append(f'"{mailbox}"', None, None, text)[0] == "OK"  # type: ignore[arg-type]

    def save(self, subject: str, mailbox: str) -> None:
        """As `append`, by a tool of Dovecot's, so that the server may be down or hang; maildir."""
        text = mail(subject, "Bob <bob@example.org>", "Hello.\n", next(self._serial), None)
        home = self.home / "mail" / self.user
        done = subprocess.run(
            ["doveadm", "-c", str(self._configuration), "save", "-m", mailbox],
            input=text,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "USER": self.user, "HOME": str(home)},
            check=False,
            user=self._mail_user.pw_uid if self._root else None,
            group=self._mail_user.pw_gid if self._root else None,
            extra_groups=[] if self._root else None,
        )
        assert done.returncode == 0, done.stderr.decode()

    def make_mailbox(self, mailbox: str, first_uid: int) -> None:
        """A mailbox whose first mail will have this UID; maildir."""
        folder = self._maildir(mailbox)
        lists = folder / "dovecot-uidlist"
        lists.write_text(f"3 V{first_uid} N{first_uid}\n")
        self._own(lists)

    def bulk(self, count: int, mailbox: str = "INBOX", *, seen: bool = True) -> None:
        """Put `count` mails there fast; while nobody has it open. mbox: one file; maildir: hard links."""
        if self.storage == "mbox":
            home = self.home / "mail" / self.user
            path = home / "inbox" if mailbox == "INBOX" else home / "mbox" / mailbox
            path.parent.mkdir(exist_ok=True)
            status = b"Status: RO\n" if seen else b""
            with path.open("ab") as file:
                for number in range(1, count + 1):
                    text = mail(f"Bulk {number}", "Bob <bob@example.org>", "Hello.\n", number, None)
                    file.write(
                        b"From bob Thu Jan  1 00:00:00 2026\n" + status + text.replace(b"\r\n", b"\n") + b"\n"
                    )
            self._own(path.parent, path)
            return
        if self.storage != "maildir":
            raise NotImplementedError(self.storage)
        folder = self._maildir(mailbox) / "cur"
        first = folder / f"1.bulk{next(self._serial)}.host:2,{'S' if seen else ''}"
        first.write_bytes(mail("Bulk", "Bob <bob@example.org>", "Hello.\n", next(self._serial), None))
        self._own(first)
        stamp, flags = next(self._serial), "S" if seen else ""
        for number in range(2, count + 1):
            os.link(first, folder / f"1.bulk{stamp}x{number}.host:2,{flags}")

    def imap(self, mailbox: str | None = None) -> imaplib.IMAP4_SSL:
        """Another mail client of the same user, logged in (and `mailbox` selected when given); closed by `close`."""
        client = imaplib.IMAP4_SSL(
            self.host, self.port_tls, ssl_context=ssl.create_default_context(cafile=self.ca_file), timeout=20
        )
        self._clients.append(client)
        client.authenticate("PLAIN", lambda _: f"\0{self.user}\0{self.password}".encode())
        if mailbox is not None:
            client.select(mailbox)
        return client

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """While inside, the server is down."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _maildir(self, mailbox: str) -> Path:
        root = self.home / "mail" / self.user / "Maildir"
        path = root if mailbox == "INBOX" else root / f".{mailbox.replace('/', '.')}"
        for name in (root, path, path / "tmp", path / "new", path / "cur"):
            if not name.exists():
                name.mkdir(mode=0o777)
                self._own(name)
        return path

    def _maildir_add(self, folder: Path, text: bytes) -> None:
        name = f"{time.time():.6f}.{os.getpid()}x{next(self._serial)}.host"
        temporary = folder / "tmp" / name
        temporary.write_bytes(text)
        self._own(temporary)
        temporary.rename(folder / "new" / name)

    def _own(self, *paths: Path) -> None:
        if self._root:
            for path in paths:
                os.chown(path, self._mail_user.pw_uid, self._mail_user.pw_gid)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port_starttls), timeout=5) as probe:
                return probe.recv(4) == b"* OK"
        except OSError:
            return False

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)  # a session of its own: only what this object started

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(
                process.pid, number
            )  # those that serve a client would notice only after about ten seconds
        until = time.monotonic() + 60
        while self._listens() and time.monotonic() < until:  # its children hold the ports a moment longer
            time.sleep(0.01)

    def _listens(self) -> bool:
        for port in (self.port_tls, self.port_starttls):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        return False


def mail(subject: str, sender: str, body: str, serial: int, date: float | None) -> bytes:
    """A small RFC 5322 message; non-ASCII headers are encoded."""
    from email.header import Header
    from email.utils import formatdate, parseaddr

    name, address = parseaddr(sender)
    shown = sender if sender.isascii() else f"{Header(name, 'utf-8').encode()} <{address}>"
    title = subject if subject.isascii() else Header(subject, "utf-8", maxlinelen=70).encode(linesep="\r\n")
    lines = [
        f"From: {shown}",
        "To: anna@example.org",
        f"Subject: {title}",
        f"Date: {formatdate(date, localtime=False)}",
        f"Message-ID: <{serial}.{os.getpid()}@example.org>",
        "",
        body.replace("\n", "\r\n"),
    ]
    return "\r\n".join(lines).encode()


def make_certificates(folder: Path, kind: Certificate = Certificate.GOOD) -> None:
    """Write ca.pem, server.pem and server.key of that kind into `folder`."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = dt.datetime.now(dt.timezone.utc)
    day = dt.timedelta(days=1)

    def name(common: str, organization: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = name("Test Root", "Mailbell Test CA")
    ca = (
        x509.CertificateBuilder()
        .subject_name(ca_name)
        .issuer_name(ca_name)
        .public_key(ca_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 900 * day)
        .not_valid_after(now + 900 * day)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )  # asked for by Python 3.13
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    own = name("localhost", "Mailbell Test Server")
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    if kind is Certificate.WRONG_HOST:
        names = [x509.DNSName("mail.example.org")]
    expired = kind is Certificate.EXPIRED
    selfish = kind is Certificate.SELF_SIGNED
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own if selfish else ca_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 90 * day)
        .not_valid_after(now - 3 * day if expired else now + 90 * day)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((key if selfish else ca_key).public_key()),
            critical=False,
        )
    )
    if kind is not Certificate.NAMELESS:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    certificate = builder.sign(key if selfish else ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "server.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _loopback() -> str:
    """Both addresses where there are two: a proxy takes the first that it finds for ``localhost``, and no second."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return "127.0.0.1"
    return "127.0.0.1, ::1"


_WORKERS, _PORTS = 8, 2_800
"""Workers of pytest that have ports of their own, and how many each has."""


def _free_ports(count: int) -> list[int]:
    """Below those that Linux gives to clients: one of them may have the port when its server starts again.

    Each worker of pytest has its own, for the same reason.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    first = 10_000 + worker * _PORTS
    found: set[int] = set()
    while len(found) < count:
        port = random.randrange(first, first + _PORTS)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.add(port)
    return [*found]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name
