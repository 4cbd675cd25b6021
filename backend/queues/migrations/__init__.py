"""Schema history of queues."""
