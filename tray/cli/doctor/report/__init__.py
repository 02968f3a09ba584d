"""What was found, printed: on a terminal, as JSON, as a report for an issue that names nobody."""
