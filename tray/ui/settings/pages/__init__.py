"""The pages of the settings about the program as a whole, each described by its rows."""
