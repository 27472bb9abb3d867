"""The sections of the book, one module each."""
