"""The formal model in ``specs/model/``, run and compared with the code: ``make model``."""
