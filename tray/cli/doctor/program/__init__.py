"""Checks of the program itself: its version and what it runs on, the one that runs, its files."""
