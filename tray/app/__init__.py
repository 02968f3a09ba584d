"""The only place where net, desktop and ui meet: wiring, and no decision about mail."""
