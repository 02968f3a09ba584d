"""Extracts what can be translated into resources/translations: a template, and from it each language's catalogues.

It runs in the environment, for Babel.
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path

import tomlkit
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "resources" / "translations" / "mailbell.pot"
_HEADER = """\
# What a person reads in Mailbell. Made by: python3 installer/dev.py messages
#"""
ARGPARSE: tuple[str | tuple[str, str], ...] = (
    "usage: ",
    "options",
    "positional arguments",
    "show this help message and exit",
    "argument %(argument_name)s: %(message)s",
    "the following arguments are required: %s",
    "one of the arguments %s is required",
    "not allowed with argument %s",
    "unrecognized arguments: %s",
    "ignored explicit argument %r",
    "ambiguous option: %(option)s could match %(matches)s",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r",
    "expected one argument",
    "expected at most one argument",
    "expected at least one argument",
    ("expected %s argument", "expected %s arguments"),
)
"""The sentences of argparse that our command line can say; those of its Python 3.10 to 3.13 are the same."""


def template() -> Catalog:
    """Every text that can be translated, in the order of the alphabet."""
    catalog = Catalog(project="Mailbell", header_comment=_HEADER, fuzzy=False)
    extracted = extract_from_dir(
        ROOT / "tray",
        method_map=[("**.py", "python")],
        keywords={"tr": None, "tr_in": ((1, "c"), 2), "trn": (1, 2)},
        comment_tags=["Translators:"],
        strip_comment_tags=True,
    )
    for file, _, text, comments, context in extracted:
        catalog.add(text, locations=[(f"tray/{file}", None)], auto_comments=comments, context=context)
    for text in ARGPARSE:
        catalog.add(text, locations=[("argparse.py", None)])
    for file in sorted((ROOT / "resources" / "providers").glob("*.toml")):
        for provider in tomlkit.parse(file.read_text(encoding="utf-8")).unwrap()["provider"]:
            for note in provider.get("notes", ()):
                catalog.add(note, locations=[(str(file.relative_to(ROOT)), None)])
    return catalog


def written(catalog: Catalog) -> bytes:
    """`catalog` as a file: sorted, and without times and line numbers, so that it changes only when a text does."""
    from io import BytesIO

    stream = BytesIO()
    write_po(stream, catalog, width=110, sort_output=True, ignore_obsolete=False, include_lineno=False)
    lines = stream.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(_TIMES))


_TIMES = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By')


def compiled(catalog: Catalog) -> bytes:
    """`catalog` as gettext reads it, without the time of this moment."""
    from io import BytesIO

    catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=timezone.utc)

    stream = BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def outputs() -> dict[Path, bytes]:
    """Every file that is made here, with what it should hold."""
    fresh = template()
    files = {TEMPLATE: written(fresh)}
    for path in sorted(TEMPLATE.parent.glob("*/LC_MESSAGES/mailbell.po")):
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=path.parts[-3])
        catalog.update(fresh, no_fuzzy_matching=True)
        files[path] = written(catalog)
        files[path.with_suffix(".mo")] = compiled(catalog)
    return files


def main(options: list[str]) -> int:
    """Write what has changed; with ``--check``, only say so, with exit code 1."""
    stale = {path: data for path, data in outputs().items() if not path.exists() or path.read_bytes() != data}
    if TEMPLATE in stale:
        _compare(_texts(TEMPLATE.read_bytes() if TEMPLATE.exists() else b""), _texts(stale[TEMPLATE]))
    for path in sorted(TEMPLATE.parent.glob("*/LC_MESSAGES/mailbell.po")):
        with path.open("rb") as stream:
            missing = sum(not any(message.string) for message in read_po(stream) if message.id)
        if missing:
            print(f"{path.parts[-3]}: {missing} texts are not translated")
    for path, data in stale.items():
        print(f"{'out of date' if '--check' in options else 'written'}: {path.relative_to(ROOT)}")
        if "--check" not in options:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if not stale:
        print("The catalogues are up to date.")
    return 1 if stale and "--check" in options else 0


def _texts(data: bytes) -> set[str]:
    from io import BytesIO

    return {
        message.id[0] if message.pluralizable else message.id
        for message in read_po(BytesIO(data))
        if message.id
    }


def _compare(before: set[str], after: set[str]) -> None:
    for title, texts in (("new", after - before), ("no longer used", before - after)):
        for text in sorted(texts):
            print(f"{title}: {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
