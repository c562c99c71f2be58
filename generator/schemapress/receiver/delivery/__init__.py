"""Deliveries of stored messages: in order per reference, at least once, with retries."""
