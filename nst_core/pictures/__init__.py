"""Pictures: files of every kind are decoded, and their pixels checked, resized and written."""
