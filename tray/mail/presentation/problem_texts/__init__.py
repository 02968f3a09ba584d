"""Sentences and advice about problems: one function for each kind."""
