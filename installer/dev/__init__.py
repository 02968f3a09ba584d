"""The parts of dev.py, on the standard library alone."""
