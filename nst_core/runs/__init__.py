"""Runs that outlive whoever asked for them: store, engine, export."""
