"""A store's runs on Dask's workers."""
