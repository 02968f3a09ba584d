"""The package for Arch Linux."""
