"""The configuration of a Dovecot in the words of 2.3 (Debian 12, Ubuntu 24.04) and of 2.4 (Debian 13)."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

_BOTH = """
protocols = imap
listen = {listen}
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
instance_name = {name}
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 0
mail_uid = {uid}
mail_gid = {gid}
mail_fsync = never
mailbox_list_index = yes
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
mail_max_userip_connections = 50
namespace inbox {{
  inbox = yes
  separator = /
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port_starttls}
  }}
  inet_listener imaps {{
    port = {port_tls}
    ssl = yes
  }}
}}
"""
_OLD = """
mail_home = {home}/mail/%u
mail_location = {location}
ssl = yes
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
disable_plaintext_auth = no
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
_NEW = """
mail_home = {home}/mail/%{{user}}
mail_driver = {driver}
mail_path = {path}
{inbox}
ssl = yes
ssl_server_cert_file = {home}/server.pem
ssl_server_key_file = {home}/server.key
auth_allow_cleartext = yes
passdb passwd-file {{
  passwd_file_path = {home}/users
  default_password_scheme = PLAIN
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {home}/mail/%{{user}}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


@functools.cache
def is_new() -> bool:
    """Whether the Dovecot of this machine is 2.4 or newer, which renamed most settings."""
    if BINARY is None:
        return False
    said = subprocess.run([BINARY, "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(int(number) for number in said.split()[0].split("-")[0].split(".")[:2]) >= (2, 4)


def whole(storage: str, capability: str | None, extra: str, **facts: object) -> str:
    """A whole configuration: where the mail lies in which format, and `extra` after it."""
    driver, path, inbox = {
        "maildir": ("maildir", "~/Maildir", ""),
        "sdbox": ("sdbox", "~/sdbox", ""),
        "mbox": ("mbox", "~/mbox", "~/inbox"),
    }[storage]
    said = "" if capability is None else f"\nprotocol imap {{\n  imap_capability = {capability}\n}}\n"
    if is_new():
        version = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"
        inbox = inbox and f"mail_inbox_path = {inbox}"
        new = _NEW.format(driver=driver, path=path, inbox=inbox, **facts)
        return version + _BOTH.format(**facts) + new + extra + said
    location = f"{driver}:{path}{inbox and ':INBOX=' + inbox}"
    return _BOTH.format(**facts) + _OLD.format(location=location, **facts) + extra + said


def shared_mail(name: str) -> str:
    """The lines of a namespace by which its mail lies in the folder `name` of the user's home."""
    if is_new():
        return f"mail_driver = maildir\n  mail_path = ~/{name}"
    return f"location = maildir:%h/{name}"


def all_mail() -> str:
    r"""A folder *Virtual/All* with the use \\All, which shows what the file in the user's folder *virtual* says."""
    place = "mail_driver = virtual\n  mail_path = ~/virtual" if is_new() else "location = virtual:%h/virtual"
    plugin = "mail_plugins {\n  virtual = yes\n}" if is_new() else "mail_plugins = virtual"
    return f"""
{plugin}
namespace virtual {{
  prefix = Virtual/
  separator = /
  {place}
  mailbox All {{
    special_use = \\All
  }}
}}
"""


def client_certificates(ca: str, *, required: bool | None = None) -> str:
    """Whoever shows a certificate of `ca` is known by its common name, without a password (EXTERNAL)."""
    demand = "" if required is None else f"auth_ssl_require_client_cert = {'yes' if required else 'no'}\n"
    both = "auth_ssl_username_from_cert = yes\n" + demand
    if is_new():
        return f"""
ssl_server_ca_file = {ca}
ssl_server_request_client_cert = yes
ssl_server_require_crl = no
ssl_server_cert_username_field = commonName
{both}passdb static {{
  mechanisms_filter = external
  fields {{
    nopassword = yes
  }}
}}
"""
    return f"""
ssl_ca = <{ca}
ssl_verify_client_cert = yes
ssl_require_crl = no
ssl_cert_username_field = commonName
{both}passdb {{
  driver = static
  mechanisms = external
  args = nopassword=y
}}
"""


def introspection(folder: Path, url: str, scope: str) -> str:
    """Tokens are asked about at `url`; what has to lie in a file goes into `folder`."""
    if is_new():
        return f"""
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
oauth2 {{
  introspection_mode = post
  introspection_url = {url}
  username_attribute = username
  active_attribute = active
  active_value = true
  scope {{
    {scope} = yes
  }}
}}
"""
    file = folder / "oauth2.conf.ext"
    file.write_text(
        f"introspection_mode = post\nintrospection_url = {url}\nusername_attribute = username\n"
        f"active_attribute = active\nactive_value = true\nscope = {scope}\n"
    )
    file.chmod(0o644)
    return f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {file}\n}}\n"
