"""The project's own virtual desktop: screen, session bus, panel, notification daemon and keyring, all private."""
