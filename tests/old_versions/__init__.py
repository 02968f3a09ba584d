"""Files as earlier versions wrote them, one folder a version, and tests that they still work."""
