"""What is seen on the page: one small module a panel."""
