"""XML as far as phones need it: a streaming reader without document types."""
