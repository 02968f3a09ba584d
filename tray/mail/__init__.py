"""DECIDES: what a mail, a status or a toast means; values in, values out, time is an argument."""
