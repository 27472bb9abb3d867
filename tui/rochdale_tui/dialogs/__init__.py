"""Dialogs: forms, reviews, help, the log, copying and exporting."""
