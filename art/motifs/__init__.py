"""What is in the pictures: trees, houses, birds, koi, waves."""
