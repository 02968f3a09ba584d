"""What a person reads: sentences, lines, times, toasts."""
