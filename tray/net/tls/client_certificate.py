"""Reads and checks the client certificate of an account."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tray.files import read_regular_file
from tray.mail.presentation.problem_texts import tls as texts
from tray.net.errors import IdentityUnusable

if TYPE_CHECKING:
    from OpenSSL.SSL import Context

_FILE_LIMIT = 1024 * 1024


def file_stamp(path: str) -> int:
    """The time of the last change of a file, in nanoseconds; raises IdentityUnusable."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 -- no Path object is of use here
    except OSError as error:
        raise IdentityUnusable(path, error.strerror or texts.unreadable()) from error


def use_client_certificate(context: Context, certificate_file: str, key_file: str) -> None:
    """Use the certificate of a PEM file in `context`, with the key of `key_file`, or of the same file if that is empty.

    Further certificates in the file are its chain. Raises IdentityUnusable.
    """
    from OpenSSL.SSL import Error

    key_file = key_file or certificate_file
    # First, because OpenSSL would ask for the password of an encrypted key on the terminal.
    check_client_certificate(certificate_file, key_file)
    try:
        context.use_certificate_chain_file(certificate_file)
        context.use_privatekey_file(key_file)
        context.check_privatekey()
    except Error as error:  # a key too short or of a kind that TLS does not use
        raise IdentityUnusable(certificate_file, texts.weak_client_certificate()) from error


def check_client_certificate(certificate_file: str, key_file: str) -> None:
    """Raises IdentityUnusable if certificate or key cannot be read, or do not belong together."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        public = x509.load_pem_x509_certificates(_read(certificate_file))[0].public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise IdentityUnusable(certificate_file, texts.no_client_certificate()) from error
    try:
        private = serialization.load_pem_private_key(_read(key_file), None)
    except TypeError as error:
        raise IdentityUnusable(key_file, *texts.encrypted_key()) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise IdentityUnusable(key_file, *texts.no_key()) from error
    if _encoded(private.public_key()) != _encoded(public):
        raise IdentityUnusable(key_file, texts.other_key())


def _read(path: str) -> bytes:
    try:
        return read_regular_file(path, _FILE_LIMIT)
    except OSError as error:
        raise IdentityUnusable(path, error.strerror or texts.unreadable()) from error


def _encoded(key: object) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return encoded
