"""The start in the required order: QApplication, qt5reactor, excepthook, then the application."""
