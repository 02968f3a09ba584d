"""From the first bytes of a message to the line that shows what it says."""
