"""SHOWS: widgets that render values and call callables."""
