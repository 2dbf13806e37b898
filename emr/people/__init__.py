"""Kit about people that queries and rules share: names in two alphabets, what a search asks for, likeness, merge rules."""
