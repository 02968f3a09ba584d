"""Sign-in with OAuth 2, and renewal of access tokens."""
