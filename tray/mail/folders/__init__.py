"""Folders as the user sees them: names, special uses, tree, choice."""
