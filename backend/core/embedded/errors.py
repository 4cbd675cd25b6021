"""What can go wrong with the embedded database, always as one sentence for the person who starts it."""


class EmbeddedError(RuntimeError):
    """Its text is shown as it stands: it names the folder or file, the reason and the way out."""
