"""What went wrong and what to do: each failure as a Problem."""
