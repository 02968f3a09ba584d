"""Which commands may open a mail, and which would run what others wrote."""

from __future__ import annotations

import pytest

from tests.mail.make import account
from tray.mail.settings.checks import account_errors
from tray.mail.settings.open_command import command_parts, mistake, quote_not_closed
from tray.mail.settings.settings import SettingsError, parse

CODE = r"""
sh -c 'notmuch show id:{message_id}'
sh -c {message_id}
sh -c 'x {uid}'
sh -c 'show "$1"' sh -c {mailbox}
bash -lc 'x {uid}'
bash -c -- {uid}
sh -o pipefail -c {uid}
zsh -ic 'x {message_id}'
fish -c {mailbox}
sh {mailbox}
busybox sh -c {message_id}
env sh -c 'x {message_id}'
env -S 'sh -c {message_id}'
nice sh -c 'x {mailbox}'
sudo -u bob bash -c {message_id}
systemd-run --user sh -c {message_id}
docker exec box sh -c {message_id}
flatpak run --command=sh org.example -c {message_id}
find . -exec sh -c 'x {message_id}' ;
xargs -I% sh -c {uid}
wrapper-of-mine sh -c {message_id}
ssh host notmuch show id:{message_id}
ssh host show {uid}
watch cat {mailbox}
env watch cat {mailbox}
eval {message_id}
tmux new 'x {message_id}'
tmux new-window mutt -f {mailbox}
parallel echo {mailbox}
make open ID={message_id}
i3-msg exec {message_id}
xdotool type {message_id}
su -c 'x {message_id}' bob
su bob -c {message_id}
script -c {message_id} /dev/null
xterm -e 'mutt -f {mailbox}'
xterm -e sh -c 'x {mailbox}'
gnome-terminal -- sh -c 'x {message_id}'
gnome-terminal --command={mailbox}
python3 -c 'print("{message_id}")'
python3.11 -c {message_id}
python3 -c{message_id}
/usr/bin/python3 -Ic 'print({uid})'
perl -e 'print "{message_id}"'
perl -ne {message_id}
perl -e 1 -e {message_id}
ruby -e 'x {message_id}'
node -e 'x("{message_id}")'
node --eval={message_id}
deno eval {message_id}
php -r {mailbox}
lua5.4 -e {mailbox}
osascript -e 'x {message_id}'
powershell -Command x {uid}
cmd /c start {mailbox}
awk {message_id} file
gawk 'BEGIN{system("{message_id}")}'
sed -n /{message_id}/p file
emacsclient -e '(notmuch-show "id:{message_id}")'
emacsclient --eval={message_id}
emacsclient -n -e '(show)' {mailbox}
emacs --eval {account}
vim -c 'e {mailbox}'
vim.basic -c {mailbox}
vim '+e {mailbox}'
vim +{mailbox}
mutt -e 'push {message_id}'
psql -c {mailbox}
firefox 'javascript:x("{message_id}")'
my-reader --eval {message_id}
my-reader --run={mailbox}
my-reader 'show {message_id}'
my-reader '(show {mailbox})'
my-reader show;{message_id}
"""

PLACES = """
env {mailbox}
nice -n 5 {mailbox}
timeout 5 {mailbox}
xterm -e {mailbox}
gnome-terminal -- {mailbox}
gtk-launch {mailbox}
my-reader --{mailbox}
my-reader -{mailbox}
firefox https://{mailbox}/
firefox https://mail.{mailbox}/a
firefox --url=https://{message_id}?x
"""

FINE = r"""
thunderbird mid:{message_id}
thunderbird -mail mid:{message_id}
xdg-open mid:{message_id}
open --id={message_id} -u{uid}
my-reader --box={mailbox} {uid} {account} {email} {other}
notify-send 'Mail {uid} of {account}'
notmuch show --format=text id:{message_id}
mutt -f {mailbox}
xterm -e mutt -f {mailbox}
gnome-terminal -- mutt -f {mailbox}
nice -n 5 my-reader {mailbox}
env LANG=C my-reader {message_id}
flatpak run org.mozilla.Thunderbird mid:{message_id}
firefox 'https://mail.example.org/#search/rfc822msgid:{message_id}'
firefox 'https://mail.example.org/?a=1&b={message_id}'
evolution imap://{email}@mail.example.org/{mailbox}
emacsclient -n {mailbox}
emacsclient -c -n 'org-protocol://mail?id={message_id}'
emacsclient -e '(my-open-mail)'
python3 open.py {message_id} {mailbox}
python3 -m mymodule {message_id}
python3 -c 'import sys; print(sys.argv)' {message_id}
perl open.pl --id {message_id}
sh open.sh {message_id}
sh -c 'show "$MAILBELL_MESSAGE_ID"'
sh -c 'show "$1"' sh {message_id}
mailtool watch {mailbox}
"""


def lines(text):
    return text.strip().splitlines()


@pytest.mark.parametrize("command", lines(CODE))
def test_a_placeholder_inside_code_is_refused_with_the_way_that_is_safe(command):
    sentence = mistake(command)
    assert sentence is not None
    assert "would be run as code" in sentence
    assert "$MAILBELL_" in sentence


@pytest.mark.parametrize("command", lines(PLACES))
def test_a_placeholder_names_no_program_option_or_site(command):
    assert (mistake(command) or "").startswith("A placeholder cannot name ")


@pytest.mark.parametrize("command", ["", "open" + " a" * 199, *lines(FINE)])
def test_a_placeholder_that_stays_an_argument_is_taken(command):
    assert mistake(command) is None


def test_it_is_refused_where_the_setting_is_made():
    found = account_errors(account(open_command="sh -c 'x {message_id}'"), [])
    assert "$MAILBELL_MESSAGE_ID" in found["open_command"]
    table = {"host": "mail.example.org", "user": "u@example.org", "open_command": "sh -c 'x {message_id}'"}
    with pytest.raises(SettingsError, match=r"open_command: .*would be run as code by “sh”"):
        parse({"account": [table]})


def test_a_command_is_split_as_a_shell_would():
    assert command_parts("a 'b c' $HOME") == ("a", "b c", "$HOME")
    assert command_parts("a 'b") is None
    assert mistake("a 'b") == quote_not_closed()
    assert mistake("open" + " a" * 200) == "This command is too long; put it into a script."
