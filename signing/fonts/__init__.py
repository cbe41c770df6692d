"""The fonts of number and date; see README.md."""
