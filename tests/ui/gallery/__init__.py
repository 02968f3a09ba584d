"""Every page and dialog on a real screen: ``python -m tests.ui.gallery`` puts pictures of all into ``artifacts/``."""
