"""Where secrets are kept or come from: keyring, command, file, online accounts."""
