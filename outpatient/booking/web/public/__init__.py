"""The site of the polyclinic: for everybody, without an account (spec booking 1, 2, 6, 7)."""
