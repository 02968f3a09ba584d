"""What the system does meanwhile: sleep, networks, clock and time zone."""
