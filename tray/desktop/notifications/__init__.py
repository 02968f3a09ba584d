"""Ways of showing a toast behind one port."""
