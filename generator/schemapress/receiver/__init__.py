"""Receives the messages of an API and keeps them: what `schemapress serve` runs (extra `receiver`).

- `transport`: the server, and who calls it;
- `inbox`: messages, stored before they are acknowledged;
- `delivery`: the handlers of a package, called from the inbox;
- `page`: what people see of all this, on a local port, with metrics and health.
"""
