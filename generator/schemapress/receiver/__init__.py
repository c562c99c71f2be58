"""Receives the messages of an API and keeps them: what `schemapress serve` runs (extra `receiver`).

- `transport`: the server, and who calls it;
- `intake`: requests on their way into the inbox, in a process of their own;
- `inbox`: the database, where messages are stored before they are acknowledged;
- `delivery`: the handlers of a package, called from the inbox;
- `page`: what people see of all this, on a local port.

`settings` says how they are put together, and `serving` does it. `outbox` is for the sending side.
"""
