"""What is shown of a number instead of the number."""


def phone(digits: str) -> str:
    """``138****5678``: enough for the owner to know it, too little for anybody else."""
    return f"{digits[:3]}****{digits[-4:]}" if digits else ""
