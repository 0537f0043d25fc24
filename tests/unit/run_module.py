"""Runs one test module on MicroPython: `run_module NAME TEST...`, names in the order of the source.

The last line printed is `{"passed": n, "failed": n, "free": bytes}`; tools/unit.py reads it.
"""

import gc
import sys


def main(module, names):
    """Run the tests `names` of `module`; a traceback is printed for each that fails."""
    tests = __import__(module)
    passed = failed = 0
    least = 1 << 29
    for name in names:
        gc.collect()
        least = min(least, gc.mem_free())
        try:
            getattr(tests, name)()
            passed += 1
        except Exception as error:  # whatever a test raises is its result, not the runner's end
            failed += 1
            print("FAILED " + module + "." + name)
            sys.print_exception(error)
    print('\n{"passed": %d, "failed": %d, "free": %d}' % (passed, failed, least))
