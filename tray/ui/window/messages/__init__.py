"""The list of messages in the window: model, drawing, keyboard and pointer, actions."""
