"""The session on the screen: the panel that shows tray icons, and whether its user is to be disturbed."""
