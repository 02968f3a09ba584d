"""The settings as values: fields, checks, defaults."""
