"""What a person reads while an account is set up, tested and signed in."""
