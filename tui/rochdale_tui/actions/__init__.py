"""What a member can do: one module for each area, apart from the keys."""
