"""Conversion of exceptions to the problems shown to the user."""
