"""Keys, consents, verdicts: everything about signatures that is not a step of the workflow."""
