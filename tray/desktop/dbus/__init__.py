"""The interface on the session bus, for scripts and bars."""
