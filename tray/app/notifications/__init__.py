"""From an arrival to its toast: what was announced, quiet hours, the toasts on screen."""
