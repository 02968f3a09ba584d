"""The parts of the settings of an account, one file each."""
