"""Signing in with OAuth 2, and tokens that renew themselves."""
