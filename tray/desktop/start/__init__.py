"""What starts the program: at log-in, and from the menu."""
