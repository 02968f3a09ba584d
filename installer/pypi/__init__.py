"""The wheel and the source archive, as PyPI, pipx and uv take them."""
