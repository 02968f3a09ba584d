"""What ties the program to the desktop session: power, clock, tray host, colour scheme, autostart, opening."""
