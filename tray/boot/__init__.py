"""The one place where order matters: QApplication, qt5reactor, excepthook, then the application."""
