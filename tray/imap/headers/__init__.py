"""Header fields as mailers write them: addresses, encoded words, charsets."""
