"""OAuth 2 as values: requests, answers, tokens."""
