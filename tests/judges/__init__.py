"""Other people's programs as judges of ours; they are heavy, so no test needs them."""
