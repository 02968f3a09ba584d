"""Certificates: verifying the server's and showing one's own."""
