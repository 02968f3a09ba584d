"""Folders as a person knows them: names, special uses, tree, choice."""
