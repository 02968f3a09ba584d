"""Packages as users get them: built, unpacked in a place of their own, and started."""
