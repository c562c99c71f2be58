"""Plans the components of XML Schema for an endpoint and the answers to its questions."""
