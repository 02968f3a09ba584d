"""What menu, window and toasts do: the commands of `tray.ui.ports`, and the queue of actions on messages."""
