"""Desktops that people use, without a screen: each file brings one up on a private bus."""
