"""The embedded demo mail server, which imports nothing of ours."""
