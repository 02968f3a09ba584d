"""Client certificates for tests: an authority of their own, and what it issues, in every state."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.timedelta(days=1)
PEM = serialization.Encoding.PEM


class ClientCertificateAuthority:
    """Issues certificates into `folder`; its own lies in ``<name>.pem`` there, with a list of none revoked."""

    def __init__(self, folder: Path, name: str = "clients") -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        now = dt.datetime.now(dt.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(self._name)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 900 * DAY)
            .not_valid_after(now + 900 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(certificate.public_bytes(PEM))

    def issue(
        self, user: str, *, expired: bool = False, passphrase: bytes = b"", together: bool = False
    ) -> tuple[str, str]:
        """The paths of a certificate for `user` and of its key; ``together`` in one file, the other path empty."""
        now = dt.datetime.now(dt.timezone.utc)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(user))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 90 * DAY)
            .not_valid_after(now - DAY if expired else now + 90 * DAY)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        lock = (
            serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        )
        serial = f"{certificate.serial_number:x}"[:12]
        shown, private = (self.folder / f"{user}-{serial}{end}" for end in (".crt", ".key"))
        text = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, lock)
        shown.write_bytes(certificate.public_bytes(PEM) + (text if together else b""))
        if together:
            return str(shown), ""
        private.write_bytes(text)
        return str(shown), str(private)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
