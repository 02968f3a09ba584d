"""All settings of one account."""
