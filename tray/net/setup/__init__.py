"""Discovery of servers, and checks of accounts."""
