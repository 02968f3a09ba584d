"""The program's own files: settings, state, logs, lock."""
