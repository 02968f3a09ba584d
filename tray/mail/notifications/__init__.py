"""Which toasts to show, replace and withdraw."""
