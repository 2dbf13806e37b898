"""Floor 5: who is received when: receptions, coupons (numbered places), bookings."""
