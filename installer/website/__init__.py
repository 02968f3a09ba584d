"""The site of the project: its documents as pages."""
