"""The whole program against a real server, while everything between and around them fails."""
