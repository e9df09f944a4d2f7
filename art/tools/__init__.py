"""The techniques: brushes, chalk, knives, blocks, threads, and what they are all built on."""
