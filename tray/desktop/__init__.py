"""TOUCHES THE MACHINE: toasts, keyring, files, autostart."""
