"""Connections through SOCKS5 and HTTP proxies."""
