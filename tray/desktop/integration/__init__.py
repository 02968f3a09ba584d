"""What ties the program to the desktop session: power, tray host, autostart, opening."""
