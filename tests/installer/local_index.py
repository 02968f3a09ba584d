"""A package index on loopback with made-up wheels, and the lock that fits it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.server
import importlib.metadata
import io
import re
import threading
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEWER = "9999"
"""A version that is newer than everything."""

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


class LocalIndex:
    """Holds wheels by project; served as the "simple" index that pip reads."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, bytes]] = {}

    def add(self, name: str, version: str, metadata: str = "", build: str = "") -> str:
        """Add an empty wheel with these further metadata lines; its SHA-256."""
        distribution = re.sub(r"[-_.]+", "_", name)
        folder = f"{distribution}-{version}.dist-info"
        contents = {
            f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}",
            f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{path},{_record(text)}\n" for path, text in contents.items())
        contents[f"{folder}/RECORD"] = f"{record}{folder}/RECORD,,\n"
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as wheel:
            for path, text in contents.items():
                wheel.writestr(path, text)
        self.add_file(
            name, f"{distribution}-{version}{build and '-' + build}-py3-none-any.whl", file.getvalue()
        )
        return hashlib.sha256(file.getvalue()).hexdigest()

    def add_file(self, name: str, filename: str, contents: bytes) -> None:
        """Add a file to the page of a project."""
        self._files.setdefault(re.sub(r"[-_.]+", "-", name).lower(), {})[filename] = contents

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Serve it on a free port of loopback: the address to be given to pip."""
        files = self._files

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                _, project, filename = self.path.removeprefix("/simple").split("/", 2)
                here = files.get(project, {})
                body = here.get(filename) if filename else "".join(map(_link, here.items())).encode()
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "application/octet-stream" if filename else "text/html")
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/simple/"
            finally:
                server.shutdown()
                thread.join()


def _link(file: tuple[str, bytes]) -> str:
    name, contents = file
    return f'<a href="{name}#sha256={hashlib.sha256(contents).hexdigest()}">{name}</a>\n'


def pinned(lock: Path) -> list[tuple[str, str, str]]:
    """Name, version and marker of everything that a lock file names."""
    return _PINNED.findall(lock.read_text())


def imitate(lock: Path, target: Path) -> LocalIndex:
    """Write a lock like `lock` to `target` for an index that has each version of it, and newer ones published since.

    What asks for what is taken from the packages that are installed here, so extras and bounds are the real ones.
    """
    index = LocalIndex()
    lines = []
    for name, version, marker in pinned(lock):
        digest = index.add(name, version, _needs(name, version))
        lines.append(f"{name}=={version}{marker and ' ; ' + marker} \\\n    --hash=sha256:{digest}\n")
        index.add(name, version, _needs(name, version), build="2")  # another file of the same version
        index.add(name, NEWER, _needs(name, version))
    target.write_text("".join(lines))
    return index


def _needs(name: str, version: str) -> str:
    """The lines of metadata by which an installed package asks for others."""
    try:
        there = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:  # for another Python or another system
        return ""
    if there.version != version:
        return ""
    extras = "".join(f"Provides-Extra: {extra}\n" for extra in there.metadata.get_all("Provides-Extra") or ())
    return extras + "".join(f"Requires-Dist: {need}\n" for need in there.requires or ())


def _record(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"sha256={digest},{len(text.encode())}"
