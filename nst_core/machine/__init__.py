"""What this machine can do, and what a run will take on it. No TensorFlow."""
