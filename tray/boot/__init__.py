"""The start in the required order: QApplication, excepthook, icon, qt5reactor, then the application."""
