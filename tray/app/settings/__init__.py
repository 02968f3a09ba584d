"""The settings, their window and what its pages need."""
