"""The program and the installer for Windows."""
