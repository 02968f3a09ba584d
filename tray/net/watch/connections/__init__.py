"""The connections of an account: how many, which are shared, the limits of servers, when to try again."""
