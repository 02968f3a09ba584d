"""Actions on messages as values: what each means on a server, what undoes it, and what is shown meanwhile."""
