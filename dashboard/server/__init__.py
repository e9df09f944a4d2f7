"""What the server gives besides the page itself."""
