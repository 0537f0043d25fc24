"""The rows of ``config.parameters``, in modules of 2 KB or less, because one of them at a time is in the heap."""
