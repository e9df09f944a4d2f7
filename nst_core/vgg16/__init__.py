"""The network: its layers, its space, its weights and its features."""
