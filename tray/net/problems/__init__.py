"""From an exception to the problem that a person is told of."""
