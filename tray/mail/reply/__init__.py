"""Replies typed into a toast: whom they go to, the mail, and what is said of them."""
