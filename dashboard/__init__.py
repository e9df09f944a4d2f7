"""What `app.py` draws: one small module a panel. No mathematics, and no Keras in this process."""
