"""Stage lines and progress bars for tools that make a person wait."""

import sys

_WIDTH = 24
_QUARTERS = 4  # of a stage that is told where no terminal shows a line that changes


class Bar:
    """``with Bar("Writing MicroPython") as bar: bar(done, whole)``."""

    def __init__(self, text, out=None):
        self._text = text
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._told = -1
        self._shown = None

    def __enter__(self):
        self._show(0, 1) if self._live else self._line(self._text + " ...")
        return self

    def __call__(self, done, whole):
        if self._live:
            self._show(done, whole)
        elif whole and _QUARTERS * done // whole > self._told and done < whole:
            self._told = _QUARTERS * done // whole
            if self._told:
                self._line("  %3d %%" % (100 * done // whole))

    def __exit__(self, kind, value, trace):
        if self._live:
            if not kind:
                self._show(1, 1)
            self._line("")

    def _show(self, done, whole):
        share = min(done / whole, 1) if whole else 0
        full = int(share * _WIDTH)
        text = "\r%-28s [%s] %3d %%" % (self._text, "#" * full + "." * (_WIDTH - full), 100 * share)
        if text != self._shown:
            self._shown = text
            self._out.write(text)
            self._out.flush()

    def _line(self, text):
        self._out.write(text + "\n")
        self._out.flush()
