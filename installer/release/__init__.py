"""A release by one command: `python3 installer/dev.py release VERSION`."""
