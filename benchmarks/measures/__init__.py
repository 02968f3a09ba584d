"""What is measured: one file for each question; its functions return figures, filled by the trials that they need."""
