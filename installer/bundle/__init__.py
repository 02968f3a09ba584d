"""The stand-alone bundle for Linux."""
