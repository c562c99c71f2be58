"""Target `client`: the classes by which an application sends messages to endpoints."""
