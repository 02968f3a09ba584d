"""Packages for Fedora and openSUSE."""
