"""What a user may write: pydantic models, frozen, strict, and closed; and the whole of it, a ProjectSpec."""
