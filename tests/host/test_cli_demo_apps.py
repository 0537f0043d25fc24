"""The demo's applications as documents: well-formed, within the limits of the interface, and safe to ask anything."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from host import demo_apps

BASE = "https://127.0.0.1:1"
NOW_S = 1_800_000_000
LONGEST = 10_000  # bytes of an object (facts page, 6.1)


def made(app, model="57i", **query):
    text, fields = demo_apps.answer(app, demo_apps.Ask(BASE, query, model, NOW_S))
    assert len(text.encode()) <= LONGEST
    return ElementTree.fromstring(text.encode()), fields


@pytest.mark.parametrize("name", sorted(demo_apps.APPS))
def test_each_is_a_phone_object_and_its_links_lead_to_another(name):
    root, _ = made(name)
    assert root.tag.startswith("AastraIPPhone")
    for link in [*root.iter("URI"), *root.iter("URL")]:
        if not link.text.startswith("SoftKey:"):
            found = re.fullmatch(re.escape(BASE) + r"/apps/([a-z]+)\.xml(\?.*)?", link.text)
            assert found and found.group(1) in demo_apps.APPS, link.text


def test_what_is_asked_cannot_break_the_document():
    hostile = "<x>&\"']]>\x7f"
    assert hostile.strip().lower() in made("found", name=hostile)[0].find("Text").text
    for name in demo_apps.APPS:
        for query in ("-1", "99999999999", "x", "\u0663"):
            made(name, town=query, who=query, view=query, do=query, on=query)
    assert demo_apps.answer("nonsense", demo_apps.Ask(BASE, {}, "57i")) is None


def test_search():
    assert [item.find("Prompt").text for item in made("found", name="be")[0].iter("MenuItem")] == [
        "Ada Berg", "Bela Novak", "Berit Olsen"
    ]  # fmt: skip
    assert len(list(made("found")[0].iter("MenuItem"))) == len(demo_apps.PEOPLE)
    assert made("found", name="zz")[0].find("Title").text == "Nobody"


def test_the_picture_is_columns_of_bytes():
    image = made("picture", view="3")[0].find("Image")
    data = bytes.fromhex(image.text)
    assert len(data) == demo_apps.WIDTH * demo_apps.HEIGHT // 8 and image.get("height") == "40"
    dark = sum(bin(byte).count("1") for byte in data) / (8 * len(data))
    assert 0.1 < dark < 0.7, "a picture is neither white nor black"
    assert image.text != made("picture", view="4")[0].find("Image").text
    assert demo_apps.hexadecimal([[x == 1 for x in range(3)]] + [[False] * 3] * 8) == "000080000000"


def test_live_status_and_key_set_up():
    root, fields = made("queue")
    assert fields == {"Refresh": "3; url=%s/apps/queue.xml" % BASE} and "Callers waiting: " in root.find("Text").text
    items = {item.find("Parameter").text: item.find("Value").text for item in made("key", do="weather")[0]}
    assert items == {"softkey5 type": "xml", "softkey5 label": "Weather", "softkey5 value": BASE + "/apps/weather.xml"}
    none = {item.find("Parameter").text: item.find("Value").text for item in made("key", model="53i", do="x")[0]}
    assert none == {"prgkey5 type": "none", "prgkey5 label": None, "prgkey5 value": None}
