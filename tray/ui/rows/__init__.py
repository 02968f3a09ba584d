"""Rows of settings: how a page describes them, and the widgets that show them."""
