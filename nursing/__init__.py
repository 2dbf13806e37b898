"""Floor 3: what was done at the bedside.

A dose given, refused or withheld; vitals measured; procedures done. One nursing app serves ward, emergency room and
procedure room, because encounters and their places stand in `emr`. Stands on `orders` and `emr`.
"""
