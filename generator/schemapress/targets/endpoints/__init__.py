"""What the targets of both ends of an endpoint share: names of methods, parameters, keys, and what SOAP adds."""
