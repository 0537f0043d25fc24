import random

from dialtone.config.layer import Layer, split
from support import long, seed


def test_rows_come_back_in_their_order():
    layer = Layer("a.cfg", False)
    layer.append("b", "-", 1, "x")
    layer.append("a", "!", 22, "")
    layer.append("c d", "-", "3", "\u20ac: #")
    assert list(layer.rows()) == [("b", "-", "1", "x"), ("a", "!", "22", ""), ("c d", "-", "3", "\u20ac: #")]
    assert layer.row("a") == ("!", "22", "")
    assert (layer.file, layer.trusted) == ("a.cfg", False)


def test_a_name_is_found_as_a_whole():
    layer = Layer()
    layer.append("http port", "-", 1, "80")
    for name in ("http", "port", "http por", "ttp port", "", "80"):
        assert layer.row(name) is None, name
        assert layer.drop(name) is False


def test_put_replaces_and_drop_removes():
    layer = Layer()
    for value in ("1", "2"):
        layer.put("a", "-", 1, value)
        layer.put("b", "-", 1, value)
    assert list(layer.rows()) == [("a", "-", "1", "2"), ("b", "-", "1", "2")]
    assert layer.drop("a") is True and layer.drop("a") is False
    assert layer.drop("b") is True
    assert layer.size() == 0 and list(layer.rows()) == []


def test_long_rows_and_many_rows():
    layer = Layer()
    layer.append("long", "-", 1, "x" * 3000)
    for i in range(100):
        layer.append("name %d" % i, "-", i, "value %d" % i)
    assert layer.row("long")[2] == "x" * 3000
    assert layer.row("name 99") == ("-", "99", "value 99")
    assert layer.drop("long") and layer.row("name 0") == ("-", "0", "value 0")


def test_rows_may_be_dropped_while_they_are_read():
    layer = Layer()
    for i in range(60):
        layer.append("name %d" % i, "-", i, "v")
    seen = [layer.drop(name) for name, _, _, _ in layer.rows()]
    assert len(seen) == 60 and all(seen) and layer.size() == 0


def test_split():
    assert split(b"-12\tvalue\x20") == ("-", "12", "value ")
    assert split("!3\t") == ("!", "3", "")


def test_any_work_on_a_layer_is_that_of_a_dict():
    random.seed(seed())
    for _ in range(300 if long() else 10):
        layer = Layer()
        model = {}
        for _ in range(80):
            name = random.choice("abcdefgh") * random.randrange(1, 4)
            if random.randrange(3):
                value = "v" * random.randrange(150)
                layer.put(name, "-", 1, value)
                model[name] = value
            else:
                assert layer.drop(name) == (name in model)
                model.pop(name, None)
        assert sorted([(name, value) for name, _, _, value in layer.rows()]) == sorted(model.items())
