"""Pictures of strangers, decoded in a process of their own."""
