"""Has a program trust the benchmark's certificate: in namespaces of its own, the system's roots have one more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.testbed import Server

_ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
_MOUNT = f'mount --bind "$0" {_ROOTS} && exec "$@"'


def trusting(server: Server, *command: str) -> list[str]:
    """`command`, where GnuTLS and whatever else reads Debian's bundle of roots takes the certificate of `server`."""
    roots = server.ca_file.with_name("roots.pem")
    roots.write_bytes(_ROOTS.read_bytes() + server.ca_file.read_bytes())
    own = ("--mount",) if os.geteuid() == 0 else ("--mount", "--map-root-user")
    return ["unshare", *own, "sh", "-c", _MOUNT, str(roots), *command]
