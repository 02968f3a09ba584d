"""What a person reads: sentences, titles, times, toasts."""
