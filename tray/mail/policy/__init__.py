"""Which messages are announced, when and how: rules, important people, quiet hours, do not disturb, privacy."""
