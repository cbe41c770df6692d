"""The engines. Each module imports its client library only when it is itself imported."""
