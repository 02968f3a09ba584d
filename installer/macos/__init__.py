"""The program for macOS."""
