"""The demo's applications on a phone: their keys are pressed and its display is read, on every runtime."""

import re

import pytest
from simulated import SimPhone, wait_for


@pytest.fixture(scope="module")
def demo(runtime, tmp_path_factory):
    """A phone with the demo server: one for all tests of a runtime."""
    phone = SimPhone(runtime, tmp_path_factory.mktemp("demo") / "state").start()
    yield phone
    phone.stop()
    assert "Traceback" not in phone.log(), phone.log()


@pytest.fixture
def phone(demo):
    demo.press("goodbye", "goodbye")
    return demo


def test_weather_goes_from_town_to_town(phone):
    phone.press("topsoftkey1")
    screen = phone.wait_lcd("Porthaven")
    assert re.search(r"today [a-z]+, -?\d+ .C", screen) and "Next town" in screen
    phone.press("softkey1")
    phone.wait_lcd("Oberndorf")


def test_directory_finds_by_what_is_typed(phone):
    phone.press("topsoftkey4")
    phone.wait_lcd("Name begins with")
    phone.press("2", "2", "3", "3", "3", "right", "enter")  # 22 = b, 333 = f: nobody; the keypad waits for no time
    phone.wait_lcd("Nobody's name")
    phone.press("softkey6", "goodbye", "topsoftkey4")
    phone.wait_lcd("Name begins with")
    phone.press("5", "right", "enter")  # j
    phone.wait_lcd("Jules Okoro")
    phone.press("enter")
    phone.wait_lcd("Extension 101")


def test_picture(phone):
    phone.press("topsoftkey2")
    screen = phone.wait_lcd("[image]")
    assert "Another" in screen and "shorter" not in screen
    phone.press("softkey1")
    phone.wait_lcd("[image]")


def test_queue_refreshes_itself_and_stays_on_the_idle_screen(phone):
    phone.press("topsoftkey3")
    first = phone.wait_lcd("Callers waiting")
    as_of = re.search(r"As of [\d:]+", first).group()
    wait_for(phone.lcd, lambda screen: "As of" in screen and as_of not in screen, 15, "a newer figure, without a key")
    phone.press("softkey1")
    phone.wait_lcd("callers wait")
    phone.press("goodbye")
    assert "callers wait" in phone.lcd() and "Ready" in phone.lcd()
    phone.press("topsoftkey3")
    phone.wait_lcd("Callers waiting")
    phone.press("softkey2")
    wait_for(phone.lcd, lambda screen: "callers wait" not in screen, 15, "gone")


def test_a_menu_sets_up_a_key(phone):
    phone.press("topsoftkey5")
    phone.wait_lcd("Key 5 opens")
    phone.press("down", "down", "enter")
    phone.wait_lcd("5:Canteen")
    phone.press("softkey5")
    phone.wait_lcd("lentil soup")
