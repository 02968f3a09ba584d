"""CONNECTS: sockets, TLS and timers, on Twisted; the only room that talks to a mail server."""
