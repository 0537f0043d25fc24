"""The zones that are known by name, beside the IANA data base: every half day of three years."""

import random
import os
from zoneinfo import ZoneInfo
from datetime import datetime, timezone

from dialtone import localtime
from dialtone.config.store import Store

# A name's place in the IANA data base; unnamed ones are Region/City of the name's second half
_PLACES = {
    "us-hawaii": "Pacific/Honolulu", "us-alaska": "America/Anchorage", "us-pacific": "America/Los_Angeles",
    "ca-pacific": "America/Vancouver", "us-mountain": "America/Denver", "ca-mountain": "America/Edmonton",
    "mx-pacific": "America/Hermosillo", "us-central": "America/Chicago", "ca-central": "America/Winnipeg",
    "mx-mexico": "America/Mexico_City", "us-eastern": "America/New_York", "ca-eastern": "America/Toronto",
    "co-bogota": "America/Bogota", "pe-lima": "America/Lima", "ca-atlantic": "America/Halifax",
    "ve-caracas": "America/Caracas", "ca-newfoundland": "America/St_Johns",
    "ar-buenos": "America/Argentina/Buenos_Aires",
    "br-brasilia": "America/Sao_Paulo", "pt-azores": "Atlantic/Azores", "is-reykjavik": "Atlantic/Reykjavik",
    "tr-ankara": "Europe/Istanbul", "za-johannesburg": "Africa/Johannesburg", "ae-dubai": "Asia/Dubai",
    "pk-islamabad": "Asia/Karachi", "in-calcutta": "Asia/Kolkata", "th-bangkok": "Asia/Bangkok",
    "cn-beijing": "Asia/Shanghai", "hk-hong_kong": "Asia/Hong_Kong", "sg-singapore": "Asia/Singapore",
    "jp-tokyo": "Asia/Tokyo", "kr-seoul": "Asia/Seoul", "au-perth": "Australia/Perth",
    "au-brisbane": "Australia/Brisbane", "au-sydney": "Australia/Sydney", "au-melbourne": "Australia/Melbourne",
    "nz-auckland": "Pacific/Auckland", "utc": "UTC", "ua-kiev": "Europe/Kiev",
}  # fmt: skip


def test_every_zone_is_the_data_bases():
    words = localtime._ZONES.split()
    chance = random.Random(int(os.environ["DIALTONE_SEED"]))
    store = Store("57i")
    assert len(words) // 2 > 60
    for name in words[::2]:
        place = _PLACES.get(name) or "Europe/" + name[3:].title()
        zone = ZoneInfo(place)
        store.set_local("time zone name", name.upper().replace("_", " "), "lcd")
        start = 1704067200 + chance.randrange(43200)  # 2024
        for moment in range(start, start + 3 * 365 * 86400, 43200):
            told = datetime.fromtimestamp(moment, timezone.utc).astimezone(zone).utcoffset().total_seconds()
            assert localtime.offset(store, moment) == told, (name, place, moment)
