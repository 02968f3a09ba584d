"""The accounts while they run: watchers, pause, power and network."""
