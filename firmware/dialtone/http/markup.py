"""The escapes of HTML."""


def escape(text):
    """``text`` for HTML, in content and in quoted attributes."""
    for char, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        if char in text:
            text = text.replace(char, name)
    return text
