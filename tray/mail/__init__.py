"""Decisions without I/O: values in, values out; the time is an argument."""
