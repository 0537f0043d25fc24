"""The rows of ``config.parameters``, one module for each section, so that only one of them is in the heap at a time."""
