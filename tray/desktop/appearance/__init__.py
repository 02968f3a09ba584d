"""How the user wants windows to look and to be read aloud."""
