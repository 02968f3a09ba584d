"""The authorities that this system trusts.

OpenSSL finds those of Linux by itself. On Windows and macOS, whose stores it does not read, they are read once in each
run: an authority that is added later is trusted after the next start.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from twisted.internet.ssl import Certificate, platformTrust, trustRootFromCertificates

from tray.net.errors import RootsUnusable

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"
_APPLE = "/System/Library/Keychains/SystemRootCertificates.keychain"
"""The authorities of macOS. In the other keychains a certificate may lie without being trusted."""
_SECONDS = 20.0


@lru_cache(maxsize=1)
def system_roots() -> Any:
    """An IOpenSSLTrustRoot of what this system trusts; raises RootsUnusable."""
    stores = {"win32": _of_windows, "darwin": _of_macos}
    if sys.platform not in stores:
        return platformTrust()
    source, roots = stores[sys.platform]()
    trusted = [certificate for root in roots if (certificate := _readable(root)) is not None]
    if not trusted:
        raise RootsUnusable(source, "no root")
    return trustRootFromCertificates(trusted)


def _of_windows() -> tuple[str, list[bytes]]:
    """DER: the stores "ROOT" and "CA", as far as they are trusted for servers (`ssl.SSLContext.load_default_certs`)."""
    import ssl

    return "Windows", ssl.create_default_context().get_ca_certs(binary_form=True)


def _of_macos() -> tuple[str, list[bytes]]:
    """DER of the roots that come with macOS, from security(1)."""
    import ssl
    import subprocess

    command = ("/usr/bin/security", "find-certificate", "-a", "-p", _APPLE)
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603 -- fixed
    except (OSError, subprocess.SubprocessError) as error:
        reason = error if isinstance(error, OSError) else OSError(str(error))
        raise RootsUnusable(_APPLE, "unreadable", reason) from error
    return _APPLE, [
        ssl.PEM_cert_to_DER_cert((_BEGIN + part.split(_END)[0] + _END).decode("ascii", "replace"))
        for part in done.stdout.split(_BEGIN)[1:]
    ]


def _readable(root: bytes) -> Certificate | None:
    """None for a certificate that OpenSSL does not take: an old one is no reason to trust none."""
    from OpenSSL.crypto import FILETYPE_ASN1, Error

    try:
        return Certificate.load(root, FILETYPE_ASN1)
    except (Error, ValueError):
        return None
