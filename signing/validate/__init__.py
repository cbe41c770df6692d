"""Judging PDF signatures stricter than a reader does; the face of it is :func:`signing.judge.judge`."""
