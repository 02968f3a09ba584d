"""Pages of the settings about single messages: the rules with what they would have done, and why one was told."""
