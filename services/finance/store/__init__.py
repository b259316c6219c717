"""What finance keeps: deposits and custody accounts of its own, and projections of estates, contracts and decisions."""
