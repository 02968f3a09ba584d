"""What Twisted names and nobody uses is loaded when somebody uses it, each time in a process of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tray.boot import lean_imports

ROOT = Path(lean_imports.__file__).parents[2]


def run(code):
    """The words that a script prints after the start's preparation."""
    script = f"import sys\nfrom tray.boot.lean_imports import install\ninstall()\n{code}"
    strict = ["-W", "error", "-W", "ignore:'cgi' is deprecated"]  # which twisted.web of Debian 12 imports
    done = subprocess.run(
        [sys.executable, *strict, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_twisted_takes_its_three_names_from_asyncio_without_the_rest():
    loaded = run("import twisted.internet.defer; print(*sys.modules)")
    assert "asyncio.futures" in loaded
    assert not {"asyncio.base_events", "ssl", "http.client", "urllib.request"} & {*loaded}


def test_they_are_those_that_the_whole_package_has():
    assert (
        run("""
import asyncio
from asyncio import AbstractEventLoop, Future, iscoroutine
asyncio.run
print(AbstractEventLoop is asyncio.AbstractEventLoop, Future is asyncio.Future, iscoroutine is asyncio.iscoroutine)
""")
        == ["True"] * 3
    )


@pytest.mark.parametrize(
    "use",
    [
        "async def main(): await asyncio.sleep(0); print('done')\nasyncio.run(main())",
        "assert asyncio.subprocess.PIPE == -1; asyncio.Queue; print('done')",
        "from asyncio import *\nTimeoutError; Queue; print('done')",
        "from asyncio import base_events, Lock; print('done')",
        "import asyncio.streams; asyncio.StreamReader; print('done')",
        "import twisted.internet.asyncioreactor; print('done')",
        "assert not hasattr(asyncio, 'no_such_name'); asyncio.Event; print('done')",
        "assert 'run' in asyncio.__all__; print('done')",
    ],
)
def test_whoever_uses_asyncio_has_all_of_it(use):
    assert run(f"import asyncio\n{use}") == ["done"]


@pytest.mark.parametrize(
    "use",
    [
        "http.HTTPStatus.NOT_FOUND.value",
        "__import__('http.client').client.NOT_FOUND.value",
        "__import__('http', fromlist=['HTTPStatus']).HTTPStatus(404).value",
    ],
)
def test_whoever_uses_http_has_all_of_it(use):
    assert run(f"""
import twisted.python.compat, http
print("HTTPStatus" in vars(http), hasattr(http, "cookiejar"), "HTTPStatus" in vars(http))
print({use}, hasattr(http, "no_such_name"), "HTTPStatus" in vars(http))
""") == ["False", "True", "False", "404", "False", "True"]


@pytest.mark.parametrize(
    ("module", "use"),
    [
        ("bz2", "bz2.decompress(bz2.compress(b'a'))"),
        ("calendar", "calendar.monthrange(2026, 2)"),
        ("email.errors", "raise_it = email.errors.MessageError"),
        ("http.cookiejar", "http.cookiejar.CookieJar()"),
        ("idna", "import idna.core; idna.encode('bücher.example')"),
        ("lzma", "lzma.decompress(lzma.compress(b'a'))"),
        ("pickle", "pickle.loads(pickle.dumps(1))"),
        ("pty", "pty.openpty"),
        ("tempfile", "from tempfile import *; TemporaryFile().close()"),
        ("textwrap", "textwrap.dedent(' a')"),
        ("tokenize", "from tokenize import open as opened; opened(tokenize.__file__).close()"),
    ],
)
def test_a_module_is_executed_at_its_first_use(module, use):
    code = (
        f"import {module}, {module} as again\n"
        "def waits():\n"
        "    ask = vars(again).get('__getattr__')\n"  # calendar has one of its own since Python 3.12
        "    print(ask is not None and ask.__module__ == 'tray.boot.lean_imports')\n"
        f"waits()\n{use}\nwaits()\n"
        "print(hasattr(again, 'no_such_name'))"
    )
    assert run(code) == ["True", "False", "False"]


def test_the_patterns_of_certificate_names_are_compiled_when_a_name_is_parsed():
    assert run("""
import re
at_once = re.compile
from cryptography import x509
assert re.compile is at_once
patterns = [each for each in vars(x509.name._RFC4514NameParser).values() if hasattr(each, "fullmatch")]
print({type(each).__name__ for each in patterns})
print(x509.Name.from_rfc4514_string(r"CN=a\\,b,1.2.3=c").rfc4514_string())
""") == ["{'_Pattern'}", r"CN=a\,b,1.2.3=c"]


@pytest.mark.parametrize(
    ("module", "use", "printed"),
    [
        ("locale", "locale.format_string('%d', 7)", "7"),
        ("logging", "logging.Formatter('{message:>3}', style='{') and 1", "1"),
        ("string", "string.Template('$a').substitute(a=3)", "3"),
        ("urllib.parse", "urllib.parse.unquote('%41%42')", "AB"),
        (
            "tray.mail.model.host_names",
            "tray.mail.model.host_names.same_host('a.example', 'A.example')",
            "True",
        ),
        ("twisted.mail.imap4", "twisted.mail.imap4.Query(text='a b') and 'done'", "done"),
    ],
)
def test_other_patterns_are_compiled_when_they_are_used(module, use, printed):
    assert run(f"""
import re, {module}
print(sum(type(each).__name__ == "_Pattern" for home in (vars({module}), *map(vars, filter(
    lambda each: isinstance(each, type), vars({module}).values()))) for each in home.values()) > 0)
print({use})
""") == ["True", printed]


@pytest.mark.parametrize("module", sorted(lean_imports._PATTERNS_LATER))
def test_no_such_pattern_is_given_to_a_function_of_re(module):
    """Which takes texts and real patterns only; gettext does that."""
    try:
        spec = find_spec(module)
    except ImportError:
        spec = None
    if spec is None:
        pytest.skip("an older version has no such module")
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    patterns = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and ast.unparse(node.value).startswith(("re.compile(", "_re.compile("))
        for target in node.targets
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    given = {
        ast.unparse(call.args[0]).rpartition(".")[2]
        for call in calls
        if ast.unparse(call.func).startswith(("re.", "_re.")) or ast.unparse(call.func) == "isinstance"
    }
    assert patterns
    assert patterns & given == set()


@pytest.mark.parametrize(
    ("consumer", "module", "use", "printed"),
    [
        (
            "cryptography.hazmat.primitives.serialization",
            "cryptography.hazmat.primitives.serialization.ssh",
            "consumer.load_ssh_public_key(KEY).public_bytes(consumer.Encoding.Raw, consumer.PublicFormat.Raw)[:3].hex()",
            ["9d6cd2"],
        ),
        (
            "cryptography.x509.general_name",
            "email.utils",
            "consumer.parseaddr('A <b@c>')",
            ["('A',", "'b@c')"],
        ),
        (
            "tray.imap.dates",
            "email.utils",
            "consumer.parsedate_tz('1 Dec 2026 10:00:00 +0100')[:3]",
            ["(2026,", "12,", "1)"],
        ),
        ("tray.net.oauth.loopback", "html", "consumer.escape('<')", ["&lt;"]),
        ("twisted.plugin", "twisted.python.modules", "consumer.getModule('twisted').name", ["twisted"]),
    ],
)
def test_functions_are_there_when_they_are_called_and_their_module_then(consumer, module, use, printed):
    found = run(f"""
import {consumer} as consumer, {module} as module
KEY = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1s0m9p8bYv3m3w5p3h3kC6B3mYH0hGQmZ5q8q5lJ6n"
print("attribute" in str(vars(module).get("__getattr__")))
print({use})
print("attribute" in str(vars(module).get("__getattr__")))
print({use})
print(hasattr(module, "no_such_name"))
""")
    assert found == ["True", *printed, "False", *printed, "False"]


@pytest.mark.parametrize(
    "use", ["import html.parser", "from html.parser import HTMLParser", "from html import entities"]
)
def test_the_modules_of_a_package_are_imported_as_ever(use):
    assert run(f"""
from html import escape
{use}
print("parser" in vars(sys.modules["html"]) or "entities" in vars(sys.modules["html"]), escape("<"))
import html.parser
class Parser(html.parser.HTMLParser):
    def handle_data(self, data): print(data)
Parser().feed("<p>A&amp;B</p>")
""") == ["True", "&lt;", "A&B"]


def test_every_module_can_be_imported_after_the_start():
    """What waits then may be a package of which somebody needs a part."""
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "tray").rglob("*.py")
        if path.stem not in {"__init__", "__main__"}
    )
    assert len(modules) > 300
    imports = "\n".join(f"import {module}" for module in modules)
    assert run(
        f"import tray.boot.run, tray.app.application, twisted.internet.ssl\n{imports}\nprint('done')"
    ) == ["done"]


def test_any_other_name_of_such_a_module_executes_it():
    assert run("""
from email.utils import formatdate
print(formatdate(0)[:3])
import email.utils
print(type(email.utils.parseaddr).__name__)
""") == ["Thu", "function"]


def test_hashes_are_made_without_a_second_openssl_which_is_loaded_for_what_only_that_can():
    assert run("""
import hashlib, hmac
print(hmac.new(b"a", b"b", "sha256").hexdigest()[:8], hashlib.new("md5", b"c").hexdigest()[:8])
print("_hashlib" in sys.modules, hasattr(hashlib, "no_such_name"), "_hashlib" in sys.modules)
print(hashlib.pbkdf2_hmac("sha256", b"a", b"b", 1000).hex()[:8], hashlib.pbkdf2_hmac.__module__)
""") == ["08de3299", "4a8a08f0", "False", "False", "False", "a9ad8392", "_hashlib"]


def test_a_python_without_hashes_of_its_own_keeps_those_of_openssl():
    assert run("""
import tray.boot.lean_imports as lean
lean._BUILT_IN_HASHES = {"_sha1", "_no_such_module"}
import hashlib
print("_hashlib" in sys.modules, hashlib.pbkdf2_hmac.__module__)
""") == ["True", "_hashlib"]


def test_what_only_windows_needs_can_be_imported_afterwards():
    code = "import twisted.python.win32; print('ctypes' in sys.modules); import ctypes; print(ctypes.c_int(3).value)"
    assert run(code) == ["False", "3"]


def test_a_second_preparation_changes_nothing():
    assert run("before = [*sys.meta_path]; install(); print(before == sys.meta_path)") == ["True"]


def test_what_was_imported_before_stays_as_it_is():
    """As where another part of Python has loaded it."""
    assert run(
        "import asyncio; before = asyncio.run; install(); import asyncio; print(before is asyncio.run)"
    ) == ["True"]
    script = (
        "import asyncio\nfrom tray.boot.lean_imports import install\nfull = {*vars(asyncio)}\ninstall()\n"
    )
    done = subprocess.run([sys.executable, "-c", f"{script}assert full == {{*vars(asyncio)}}"], check=False)
    assert done.returncode == 0
