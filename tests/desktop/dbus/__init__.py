"""Tests of the interface on the session bus."""
