"""What went wrong, in a sentence, and what to do about it: one named function for each kind of problem."""
