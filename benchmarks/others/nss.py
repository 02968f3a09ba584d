"""Makes the databases of a Mozilla profile, as Thunderbird does at its first start: ``nss.py LIBRARY PROFILE ROOT``.

Trusts the certificate in the file ROOT, and encrypts the texts of a JSON list from standard input for the profile's
logins.json; the base64 of each is printed as a JSON list.
"""

from __future__ import annotations

import ctypes
import json
import ssl
import sys
from base64 import b64encode
from pathlib import Path

_TRUSTED_CA = 1 << 3 | 1 << 4  # CERTDB_VALID_CA | CERTDB_TRUSTED_CA
_READ_WRITE = 0


class _Item(ctypes.Structure):
    """SECItem."""

    _fields_ = (("type", ctypes.c_uint), ("data", ctypes.c_char_p), ("length", ctypes.c_uint))


class _Trust(ctypes.Structure):
    """CERTCertTrust."""

    _fields_ = (("tls", ctypes.c_uint), ("mail", ctypes.c_uint), ("code", ctypes.c_uint))


def main(library: str, profile: str, root: str) -> None:
    """Write the databases; print what was encrypted."""
    nss = ctypes.CDLL(str(Path(library) / "libnss3.so"))
    for name in ("PK11_GetInternalKeySlot", "CERT_NewTempCertificate", "CERT_GetDefaultCertDB"):
        getattr(nss, name).restype = ctypes.c_void_p
    _must(
        nss.NSS_Initialize(f"sql:{profile}".encode(), b"", b"", b"secmod.db", _READ_WRITE), "NSS_Initialize"
    )
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    if nss.PK11_NeedUserInit(slot):
        _must(nss.PK11_InitPin(slot, None, b""), "PK11_InitPin")
    der = ssl.PEM_cert_to_DER_cert(Path(root).read_text("ascii"))
    store = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    item = _Item(0, der, len(der))
    certificate = ctypes.c_void_p(nss.CERT_NewTempCertificate(store, ctypes.byref(item), None, 0, 1))
    _must(nss.PK11_ImportCert(slot, certificate, ctypes.c_ulong(0), b"bench", 0), "PK11_ImportCert")
    trust = _Trust(_TRUSTED_CA, 0, 0)
    _must(nss.CERT_ChangeCertTrust(store, certificate, ctypes.byref(trust)), "CERT_ChangeCertTrust")
    print(json.dumps([_encrypted(nss, text) for text in json.load(sys.stdin)]))


def _encrypted(nss: ctypes.CDLL, text: str) -> str:
    raw = text.encode()
    found = _Item(0, None, 0)
    key, plain = _Item(0, None, 0), _Item(0, raw, len(raw))
    _must(
        nss.PK11SDR_Encrypt(ctypes.byref(key), ctypes.byref(plain), ctypes.byref(found), None),
        "PK11SDR_Encrypt",
    )
    address = ctypes.cast(ctypes.pointer(found), ctypes.POINTER(ctypes.c_void_p))[1]
    assert address is not None
    return b64encode(ctypes.string_at(address, found.length)).decode("ascii")


def _must(status: int, what: str) -> None:
    if status != 0:
        sys.exit(f"{what} failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
