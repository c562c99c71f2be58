"""The sending side of an endpoint: requests and their outcomes, apart from any socket, and the transports."""
