"""What is in force under other layers."""

from dialtone.config import winning
from dialtone.config.store import LOCAL, Store


def test_a_row_carries_its_value_behind_the_first_tab():
    assert winning.value_of(None) == "" and winning.value_of(b"-12\t") == ""
    assert winning.value_of("!7\tRäume\t# 4".encode()) == "Räume\t# 4"


def test_only_names_with_another_effective_value_have_changed():
    store = Store("57i")
    store.set_local("http port", "8000", "lcd")
    store.set_local("http path", "a", "lcd")
    layers = store.layers[:]
    assert winning.changes(store, layers) == set()
    layers[LOCAL] = layers[LOCAL].copy()
    layers[LOCAL].put("http port", "-", "0", "80")  # the default again, by another way
    layers[LOCAL].drop("http path")
    layers[LOCAL].put("http digest username", "-", "0", "aastra")  # what it was without
    assert winning.changes(store, layers) == {"http port", "http path"}
    assert store.get("http port") == "8000", "the store stays as it is"
