import gc
import sys

from dialtone import platform
from support import raises, tmp_dir

_HELD = 4000


def test_an_import_that_failed_leaves_nothing_behind():
    """MicroPython takes its name out of the table of modules, but not what had been loaded."""
    folder = tmp_dir()
    with open(folder + "/half_loaded.py", "w") as file:
        file.write("held = bytearray(%d)\nraise MemoryError\n" % _HELD)
    platform.fill_modules()
    sys.path.insert(0, folder)
    try:
        gc.collect()
        before = gc.mem_free()
        for _ in range(3):
            with raises(MemoryError) as caught:
                __import__("half_loaded")
            caught.value = None  # its traceback holds the frame
            platform.fill_modules()
            gc.collect()
    finally:
        sys.path.pop(0)
    assert "half_loaded" not in sys.modules and not [name for name in sys.modules if not isinstance(name, str)]
    assert before - gc.mem_free() < _HELD, (before, gc.mem_free())


def test_a_forgotten_module_is_neither_loaded_nor_in_its_package():
    import dialtone

    sys.modules["dialtone.forgotten"] = dialtone.forgotten = dict()
    platform._forget(("dialtone.forgotten", "dialtone.never_loaded"))
    assert not hasattr(dialtone, "forgotten") and "dialtone.forgotten" not in sys.modules
