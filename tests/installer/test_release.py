"""The parts of a release that are values: which version follows, what is written where, the changelog, the sums."""

from __future__ import annotations

import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

from installer.release import changelog, checksums, versions
from tray import __version__

ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2026, 12, 5, 10, 30, tzinfo=timezone.utc)


class TestVersions:
    @pytest.mark.parametrize(
        "text", ["1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.2.3-rc1", "1.2.3\n", "", "1.2.²"]
    )
    def test_anything_but_three_numbers_is_refused_in_words(self, text):
        with pytest.raises(ValueError, match="three numbers"):
            versions.numbers(text)

    @pytest.mark.parametrize("version", ["0.9.11", "0.10.0", "1.0.0"])
    def test_the_next_version_may_follow(self, version):
        versions.check_follows(version, ["0.9.9", "0.9.10", "0.8.0"])

    @pytest.mark.parametrize(
        ("version", "said"),
        [
            ("0.9.10", "released already"),
            ("0.8.0", "released already"),
            ("0.9.12", "After 0.9.10 comes 0.9.11, 0.10.0 or 1.0.0"),
            ("0.8.1", "After 0.9.10"),
            ("0.10.1", "After 0.9.10"),
            ("2.0.0", "After 0.9.10"),
        ],
    )
    def test_any_other_may_not(self, version, said):
        with pytest.raises(ValueError, match=said):
            versions.check_follows(version, ["0.9.9", "0.9.10", "0.8.0"])

    @pytest.mark.parametrize(
        ("version", "before"),
        [("0.10.1", "0.10.0"), ("0.10.0", "0.9.9"), ("0.9.9", None), ("0.1.0", None)],
    )
    def test_the_release_before_is_the_newest_of_the_older_ones(self, version, before):
        assert versions.before(version, ["0.10.0", "0.9.9"]) == before

    def test_what_was_released_has_a_tag(self, tmp_path):
        git = ("git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run([*git, "init", "--quiet"], check=True)
        assert versions.released(tmp_path) == []
        subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "X"], check=True)
        for tag in ("v0.2.0", "v0.10.0", "v1-draft", "branch"):
            subprocess.run([*git, "tag", tag], check=True)
        assert sorted(versions.released(tmp_path), key=versions.numbers) == ["0.2.0", "0.10.0"]

    def test_the_first_release_may_have_any(self):
        versions.check_follows("0.1.0", [])

    def test_the_version_stands_in_one_place_that_the_packages_read(self):
        assert versions.read(ROOT) == __version__
        project = (ROOT / "pyproject.toml").read_text("utf-8")
        assert 'path = "tray/__init__.py"' in project
        assert "\nversion = " not in project

    def test_every_file_that_repeats_it_is_written_once(self, tmp_path):
        names = {
            "tray/__init__.py": '"""Mail."""\n\n__version__ = "0.1.0"\n',
            "resources/share/metainfo/io.github.mailbell.Mailbell.metainfo.xml": "<component>\n  <releases>\n"
            '    <release version="0.2.0" date="2026-11-22" type="development">\n    </release>\n'
            '    <release version="0.1.0" date="2026-11-01">\n    </release>\n  </releases>\n</component>\n',
            "installer/deb/debian/changelog": "mailbell (0.1.0-3) unstable; urgency=medium\n\n  * X.\n\n"
            " -- Anna <anna@example.org>  Sun, 29 Nov 2026 12:00:00 +0000\n",
            "installer/rpm/mailbell.spec": "Name: mailbell\nVersion:        0.1.0\nRelease:        3%{?dist}\n"
            "%changelog\n* Sun Nov 29 2026 Anna <anna@example.org> - 0.1.0-3\n- X\n",
            "installer/arch/PKGBUILD": "pkgname=mailbell\npkgver=0.1.0\n",
            "installer/nix/package.nix": '{\n  version = "0.1.0";\n  dependency = { version = "0.1.0"; };\n}\n',
        }
        for name, text in names.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        changed = versions.write(
            tmp_path,
            "0.2.0",
            WHEN,
            "Toasts & <more>, so that nobody has to look into the window any more, ever.",
        )
        assert {str(path) for path in changed} == set(names)
        written = {name: (tmp_path / name).read_text() for name in names}
        assert versions.write(tmp_path, "0.2.0", WHEN, "Another sentence.") == []
        source, metainfo, debian, rpm, arch, nix = written.values()
        assert source.endswith('\n__version__ = "0.2.0"\n')
        assert metainfo.index('version="0.2.0" date="2026-12-05">') < metainfo.index('version="0.1.0"')
        assert metainfo.count("0.2.0") == 1
        assert "<p>Toasts &amp; &lt;more&gt;, so" in metainfo
        assert debian.startswith(
            "mailbell (0.2.0-1) unstable; urgency=medium\n\n"
            "  * Toasts & <more>, so that nobody has to look into the window any more,\n    ever.\n\n"
            " -- Anna <anna@example.org>  Sat, 05 Dec 2026 10:30:00 +0000\n\nmailbell (0.1.0-3)"
        )
        assert "Version:        0.2.0\nRelease:        1%{?dist}\n" in rpm
        assert "%changelog\n* Sat Dec 05 2026 Anna <anna@example.org> - 0.2.0-1\n- Toasts" in rpm
        assert arch == "pkgname=mailbell\npkgver=0.2.0\n"
        assert nix == '{\n  version = "0.2.0";\n  dependency = { version = "0.1.0"; };\n}\n'

    def test_packages_that_are_not_there_are_left_out(self, tmp_path):
        (tmp_path / "tray").mkdir()
        (tmp_path / "tray" / "__init__.py").write_text('__version__ = "0.1.0"\n')
        assert versions.write(tmp_path, "0.2.0", WHEN, "X") == [Path("tray/__init__.py")]


LOG = """\
# Changes

## [Unreleased]

Now it [rings](docs/x.md), and `more`
of it.

### Added

* A bell.

## [0.1.0] - 2026-01-31

* First.
"""


class TestChangelog:
    def test_the_one_of_the_project_can_be_read_and_says_something_of_this_version(self):
        found = {
            section.version: section
            for section in changelog.sections((ROOT / "CHANGELOG.md").read_text("utf-8"))
        }
        section = found.get(__version__) or found[changelog.UNRELEASED]
        assert section.summary

    def test_sections_have_version_date_text_and_summary(self):
        new, old = changelog.sections(LOG)
        assert (new.version, new.date) == ("Unreleased", "")
        assert new.summary == "Now it rings, and more of it."
        assert new.text.endswith("* A bell.")
        assert (old.version, old.date, old.text, old.summary) == ("0.1.0", "2026-01-31", "* First.", "")

    def test_a_release_closes_what_was_not_released_and_begins_anew(self):
        closed = changelog.close(LOG, "0.2.0", "2026-12-05")
        new, now, old = changelog.sections(closed)
        assert (new.text, now.version, now.date) == ("", "0.2.0", "2026-12-05")
        assert now.text == changelog.sections(LOG)[0].text
        assert old == changelog.sections(LOG)[1]
        assert changelog.close(closed, "0.2.0", "2026-12-05") == closed

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("# Changes\n\n## [0.1.0] - 2026-01-31\n\n* First.\n", "nothing for 0.2.0"),
            ("# Changes\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-31\n", "nothing for 0.2.0"),
            ("# Changes\n\n## [Unreleased]\n\n* A bell.\n", "begin .* with a sentence"),
            ("# Changes\n\n## 0.2.0 (today)\n\nX\n", "is neither"),
            ("# Changes\n\n## [0.2.0] - 2026-01-31\n\nX\n", "has the date 2026-01-31, not 2026-12-05"),
        ],
    )
    def test_what_cannot_be_released_is_said(self, text, said):
        with pytest.raises(ValueError, match=said):
            changelog.close(text, "0.2.0", "2026-12-05")


class TestChecksums:
    def test_sha256sum_accepts_them_and_they_leave_themselves_out(self, tmp_path):
        (tmp_path / "b.deb").write_bytes(b"b")
        (tmp_path / "a b.whl").write_bytes(b"a")
        (tmp_path / "site").mkdir()
        for _ in range(2):
            sums = checksums.write(tmp_path)
        assert [line.split("  ")[1] for line in sums.read_text().splitlines()] == ["a b.whl", "b.deb"]
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", sums.name], cwd=tmp_path, check=True)

    def test_two_folders_differ_in_what_is_changed_or_missing(self, tmp_path):
        first, second = tmp_path / "1", tmp_path / "2"
        for folder in (first, second):
            (folder / "site").mkdir(parents=True)
            (folder / "site" / "same.html").write_text("x")
        assert checksums.differences(first, second) == []
        (first / "changed").write_text("1")
        (second / "changed").write_text("2")
        (second / "site" / "more").touch()
        assert checksums.differences(first, second) == ["changed", "site/more"]
