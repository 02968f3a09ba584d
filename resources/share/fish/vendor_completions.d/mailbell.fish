# Made by shtab (python3 installer/dev.py pages) from the command line a68a8c59d4eafc16.


# Parse current commandline:
# - _shtab_mailbell_cmdpath=(sub)command path seen so far
# - _shtab_mailbell_npos=number of positional arguments given after it
# - options are skipped based on _shtab_mailbell_opts_with_value & _shtab_mailbell_commands lists
function _shtab_mailbell_scan
  set -g _shtab_mailbell_cmdpath ''
  set -g _shtab_mailbell_npos 0
  set -l tokens (commandline -opc)
  set -e tokens[1]
  set -l expect_value 0
  for t in $tokens
    if test $expect_value -eq 1
      set expect_value 0
      continue
    end
    switch "$t"
      case '--*=*'
        continue
      case '-*'
        if contains -- $t $_shtab_mailbell_opts_with_value
          set expect_value 1
        end
        continue
      case '*'
        if test $_shtab_mailbell_npos -eq 0
          set -l candidate $t
          if test -n "$_shtab_mailbell_cmdpath"
            set candidate "$_shtab_mailbell_cmdpath $t"
          end
          if contains -- $candidate $_shtab_mailbell_commands
            set -g _shtab_mailbell_cmdpath $candidate
            continue
          end
        end
        set -g _shtab_mailbell_npos (math $_shtab_mailbell_npos + 1)
    end
  end
end

# Condition helper: true if the current (sub)command path equals the given one.
function _shtab_mailbell_using
  _shtab_mailbell_scan
  test "$_shtab_mailbell_cmdpath" = "$argv"
end

set -g _shtab_mailbell_commands subjects account 'account add' 'account import' 'account sign-in' 'account list' 'account set' 'account remove' 'account folders' 'account watch' 'account unwatch' 'account check' oauth 'oauth set' 'oauth list' 'oauth remove' status doctor check show open act undo pause resume quit install-desktop-files remove-desktop-files
set -g _shtab_mailbell_opts_with_value --account --authorize --ca-file --client-certificate --client-id --client-key --device --email --format --from --host --issuer --log-level --login --mailbox --name --oauth --online-account --password-command --pin --port --profile --proxy --redirect --report --scope --security --timeout --token --user --webmail -n

complete -c mailbell -e
complete -c mailbell -f

complete -c mailbell -n _shtab_mailbell_using -s h -l help -d 'show this help message and exit'
complete -c mailbell -n _shtab_mailbell_using -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n _shtab_mailbell_using -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n _shtab_mailbell_using -l version -d 'show the program'"'"'s version and exit'
complete -c mailbell -n _shtab_mailbell_using -l demo -d 'run on a throw-away profile with an embedded demo mail server'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a subjects -d 'print the newest subjects, newest first, and exit'
complete -c mailbell -n '_shtab_mailbell_using subjects' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using subjects' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using subjects' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using subjects' -l account -x -d 'which account (needed where there are several)'
complete -c mailbell -n '_shtab_mailbell_using subjects' -l mailbox -x -d 'which folder (default: INBOX)'
complete -c mailbell -n '_shtab_mailbell_using subjects' -s n -x -d 'how many (default: 20)'
complete -c mailbell -n '_shtab_mailbell_using subjects' -l json -d 'print JSON instead of lines'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a account -d 'add, import, list, remove and check accounts, and choose their folders'
complete -c mailbell -n '_shtab_mailbell_using account' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a add -d 'add an account; it is tested first'
complete -c mailbell -n '_shtab_mailbell_using account add' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account add' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account add' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account add' -l email -x -d 'mail address'
complete -c mailbell -n '_shtab_mailbell_using account add' -l online-account -x -d 'one of the desktop'"'"'s online accounts (GNOME), by id or address; see '"'"'account import --list'"'"''
complete -c mailbell -n '_shtab_mailbell_using account add' -l name -x -d 'what to call it (default: from the address)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l user -x -d 'user name (default: the address)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l host -x -d 'server (default: it is looked for)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l ask-thunderbird -d 'look for the server in Thunderbird'"'"'s public database, too; it learns the domain of the address'
complete -c mailbell -n '_shtab_mailbell_using account add' -l port -x -d 'port (default: as found; 993, or 143)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l security -xka "tls starttls none" -d 'default: as found; tls'
complete -c mailbell -n '_shtab_mailbell_using account add' -l allow-cleartext -d 'allow --security none for any host'
complete -c mailbell -n '_shtab_mailbell_using account add' -l ca-file -xka "(__fish_complete_path (commandline -ct))" -d 'trust the roots in this PEM file, and no others'
complete -c mailbell -n '_shtab_mailbell_using account add' -l pin -x -d 'trust the certificate with this fingerprint, and no other'
complete -c mailbell -n '_shtab_mailbell_using account add' -l webmail -x -d 'address that opens the mail in a browser'
complete -c mailbell -n '_shtab_mailbell_using account add' -l password-stdin -d 'read the password from standard input'
complete -c mailbell -n '_shtab_mailbell_using account add' -l password-command -x -d 'a command that prints the password'
complete -c mailbell -n '_shtab_mailbell_using account add' -l proxy -x -d 'connect through it: socks5://[user@]host:port, http://[user@]host:port or tor; its password is asked for, or is the second line with --password-stdin'
complete -c mailbell -n '_shtab_mailbell_using account add' -l proxy-password-stdin -d 'read the password of the account'"'"'s proxy from standard input'
complete -c mailbell -n '_shtab_mailbell_using account add' -l client-certificate -xka "(__fish_complete_path (commandline -ct))" -d 'show the server this certificate (PEM)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l client-key -xka "(__fish_complete_path (commandline -ct))" -d 'its key, where it is in a file of its own (PEM)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l login -xka "password token certificate" -d 'how to log in (default: password); a certificate needs no password'
complete -c mailbell -n '_shtab_mailbell_using account add' -l token -d 'the secret is an OAuth2 access token, not a password'
complete -c mailbell -n '_shtab_mailbell_using account add' -l insecure-secret-file -d 'keep the secret readable in a file (needs --profile)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l sign-in -d 'sign in with the provider (OAuth2) in the browser'
complete -c mailbell -n '_shtab_mailbell_using account add' -l oauth -x -d 'the provider to sign in with (default: the one of the server)'
complete -c mailbell -n '_shtab_mailbell_using account add' -l device -d 'sign in by a code that is typed in any browser, on any device'
complete -c mailbell -n '_shtab_mailbell_using account add' -l no-check -d 'add it without testing it'
complete -c mailbell -n '_shtab_mailbell_using account add' -l mailbox -x -d 'a folder to watch; may be repeated (default: INBOX)'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a import -d 'import accounts that other programs have'
complete -c mailbell -n '_shtab_mailbell_using account import' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account import' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account import' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account import' -l from -xka "online-accounts thunderbird mbsync goimapnotify geary mailnag" -d 'look at this program only (default: all of them)'
complete -c mailbell -n '_shtab_mailbell_using account import' -l list -d 'only list what there is, as without a NAME'
complete -c mailbell -n '_shtab_mailbell_using account import' -l all -d 'all that are not here already'
complete -c mailbell -n '_shtab_mailbell_using account import' -l yes -d 'agree to the commands that print passwords, without being asked'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a sign-in -d 'sign in with the provider (OAuth2) for an account that is there; where the browser is on another computer, the address at which it ends can be pasted'
complete -c mailbell -n '_shtab_mailbell_using account sign-in' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account sign-in' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account sign-in' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account sign-in' -l oauth -x -d 'the provider to sign in with (default: the one of the server)'
complete -c mailbell -n '_shtab_mailbell_using account sign-in' -l device -d 'sign in by a code that is typed in any browser, on any device'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a list -d 'list the accounts'
complete -c mailbell -n '_shtab_mailbell_using account list' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account list' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account list' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account list' -l json -d 'print JSON instead of lines'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a set -d 'change settings of an account, such as muted=yes or port=1993'
complete -c mailbell -n '_shtab_mailbell_using account set' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account set' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account set' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account set' -l proxy-password-stdin -d 'read the password of the account'"'"'s proxy from standard input'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a remove -d 'remove an account and its secret; no mail is deleted'
complete -c mailbell -n '_shtab_mailbell_using account remove' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account remove' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account remove' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a folders -d 'list the folders of an account, those that are watched marked'
complete -c mailbell -n '_shtab_mailbell_using account folders' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account folders' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account folders' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account folders' -l json -d 'print JSON instead of lines'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a watch -d 'watch more folders of an account'
complete -c mailbell -n '_shtab_mailbell_using account watch' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account watch' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account watch' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a unwatch -d 'no longer watch some folders'
complete -c mailbell -n '_shtab_mailbell_using account unwatch' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account unwatch' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account unwatch' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account; and test $_shtab_mailbell_npos -eq 0' -a check -d 'test an account step by step'
complete -c mailbell -n '_shtab_mailbell_using account check' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using account check' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using account check' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using account check' -l pin -x -d 'from now on trust the certificate with this fingerprint, and no other, if the test goes well'
complete -c mailbell -n '_shtab_mailbell_using account check' -l report -d 'print a report without passwords that can be sent to others'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a oauth -d 'set, list and remove the client ids for signing in (OAuth2)'
complete -c mailbell -n '_shtab_mailbell_using oauth' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using oauth' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using oauth' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using oauth; and test $_shtab_mailbell_npos -eq 0' -a set -d 'keep a client id, or describe a server of one'"'"'s own'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l client-id -x -d 'the id by which the provider knows the program'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l client-secret-stdin -d 'read the client secret from standard input'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l name -x -d 'its name'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l authorize -x -d 'address of the authorisation endpoint'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l token -x -d 'address of the token endpoint'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l device -x -d 'address of the device authorisation endpoint'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l redirect -x -d 'where the browser comes back to, as it is registered (default: http://127.0.0.1/)'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l issuer -x -d 'what the server calls itself in its answers (RFC 9207)'
complete -c mailbell -n '_shtab_mailbell_using oauth set' -l scope -x -d 'a scope that is asked for; may be repeated'
complete -c mailbell -n '_shtab_mailbell_using oauth; and test $_shtab_mailbell_npos -eq 0' -a list -d 'list the providers to sign in with'
complete -c mailbell -n '_shtab_mailbell_using oauth list' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using oauth list' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using oauth list' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using oauth list' -l json -d 'print JSON instead of lines'
complete -c mailbell -n '_shtab_mailbell_using oauth; and test $_shtab_mailbell_npos -eq 0' -a remove -d 'remove a client id and its secret'
complete -c mailbell -n '_shtab_mailbell_using oauth remove' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using oauth remove' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using oauth remove' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a status -d 'ask the running Mailbell how it is doing'
complete -c mailbell -n '_shtab_mailbell_using status' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using status' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using status' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using status' -l json -d 'print JSON instead of lines'
complete -c mailbell -n '_shtab_mailbell_using status' -l watch -d 'print it again at each change, until interrupted'
complete -c mailbell -n '_shtab_mailbell_using status' -l format -x -d 'waybar, polybar, i3blocks, or a line such as '"'"'{unread} {sender}'"'"''
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a doctor -d 'look at everything that Mailbell depends on, and say what to do; changes nothing. The exit code is 1 where there is a problem, else 0'
complete -c mailbell -n '_shtab_mailbell_using doctor' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l offline -d 'leave the servers alone'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l timeout -x -d 'how long each check may take (default: 12)'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l toast -d 'show a test notification'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l json -d 'print JSON instead of lines'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l report -x -d 'write a report for an issue, in English and without passwords, into this file (- prints it)'
complete -c mailbell -n '_shtab_mailbell_using doctor' -l with-names -d 'leave addresses, servers, folders and user names in the report'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a check -d 'tell the running Mailbell to check for mail now'
complete -c mailbell -n '_shtab_mailbell_using check' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using check' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using check' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a show -d 'show the window of the running Mailbell'
complete -c mailbell -n '_shtab_mailbell_using show' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using show' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using show' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a open -d 'open a message, or the mail program without an ID'
complete -c mailbell -n '_shtab_mailbell_using open' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using open' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using open' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a act -d 'do something with messages, at once on the server'
complete -c mailbell -n '_shtab_mailbell_using act' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using act' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using act' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using act; and test $_shtab_mailbell_npos -eq 0' -ka "read unread flag unflag archive delete junk" -d action
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a undo -d 'undo the last action, within ten seconds'
complete -c mailbell -n '_shtab_mailbell_using undo' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using undo' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using undo' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a pause -d 'pause the running Mailbell'
complete -c mailbell -n '_shtab_mailbell_using pause' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using pause' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using pause' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a resume -d 'end the pause'
complete -c mailbell -n '_shtab_mailbell_using resume' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using resume' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using resume' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a quit -d 'end the running Mailbell'
complete -c mailbell -n '_shtab_mailbell_using quit' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using quit' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using quit' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a install-desktop-files -d 'add a menu entry, icons, the man page and completions, after an installation by pipx or uv'
complete -c mailbell -n '_shtab_mailbell_using install-desktop-files' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using install-desktop-files' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using install-desktop-files' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
complete -c mailbell -n '_shtab_mailbell_using; and test $_shtab_mailbell_npos -eq 0' -a remove-desktop-files -d 'remove what install-desktop-files added, before uninstalling'
complete -c mailbell -n '_shtab_mailbell_using remove-desktop-files' -s h -l help -d 'show this help message and exit'
complete -c mailbell -n '_shtab_mailbell_using remove-desktop-files' -l profile -xka "(__fish_complete_directories)" -d 'keep settings, state, logs and secrets apart, in this folder'
complete -c mailbell -n '_shtab_mailbell_using remove-desktop-files' -l log-level -xka "debug info warning error" -d 'how much is logged: debug, info, warning (default) or error'
