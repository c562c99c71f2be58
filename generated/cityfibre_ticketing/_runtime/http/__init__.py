"""Requests and responses, apart from any server, and the ASGI and WSGI applications around them."""
