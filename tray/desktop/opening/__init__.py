"""What is handed to other programs: a message to open, a command for new ones, a code for the clipboard."""
