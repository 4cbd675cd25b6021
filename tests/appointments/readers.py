"""One calendar file, read by three programmes that know nothing of one another."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import run
from typing import Any, NamedTuple

import icalendar
import vobject
from playwright.async_api import Browser

ICAL_JS = Path(__file__).parent / "data" / "ical.es5.min.cjs"
# What a calendar does with the file, in JavaScript: moments as the milliseconds since 1970, the reminder in seconds.
READ = """(ICAL, text) => {
    const file = new ICAL.Component(ICAL.parse(text));
    const events = file.getAllSubcomponents('vevent');
    const [row] = events;
    const event = new ICAL.Event(row);
    const alarms = row.getAllSubcomponents('valarm');
    return [
        events.length, file.getFirstPropertyValue('method'), event.uid, event.sequence,
        row.getFirstPropertyValue('status'), event.startDate.toJSDate().getTime(), event.endDate.toJSDate().getTime(),
        event.summary, event.location, alarms.map(alarm => alarm.getFirstPropertyValue('action')),
        alarms.map(alarm => alarm.getFirstPropertyValue('trigger').toSeconds()),
        alarms.map(alarm => alarm.getFirstPropertyValue('description'))];
}"""


class Entry(NamedTuple):
    """What stands in somebody's calendar afterwards."""

    events: int
    method: str
    uid: str
    sequence: int
    status: str
    starts: datetime
    ends: datetime
    summary: str
    location: str
    alarms: list[str]
    reminders: list[timedelta]
    words: list[str]


def by_icalendar(file: bytes) -> Entry:
    """The library that wrote the file."""
    calendar = icalendar.Calendar.from_ical(file)
    events = calendar.walk("VEVENT")
    event = events[0]
    alarms = event.walk("VALARM")
    return Entry(
        len(events), str(calendar["method"]), str(event["uid"]), event.decoded("sequence"), str(event["status"]),
        event.decoded("dtstart"), event.decoded("dtend"), str(event["summary"]), str(event["location"]),
        [str(alarm["action"]) for alarm in alarms], [alarm.decoded("trigger") for alarm in alarms],
        [str(alarm["description"]) for alarm in alarms],
    )  # fmt: skip


def by_vobject(file: bytes) -> Entry:
    """What Radicale and other calendar servers read with."""
    calendar = vobject.readOne(file.decode())
    event = calendar.vevent
    alarms = event.valarm_list
    return Entry(
        len(calendar.vevent_list), calendar.method.value, event.uid.value, int(event.sequence.value),
        event.status.value, event.dtstart.value, event.dtend.value, event.summary.value, event.location.value,
        [alarm.action.value for alarm in alarms], [alarm.trigger.value for alarm in alarms],
        [alarm.description.value for alarm in alarms],
    )  # fmt: skip


def by_node(file: bytes) -> Entry:
    """ical.js, with which Thunderbird reads, in Node."""
    script = f"""const read = {READ};
        const text = require('fs').readFileSync(0, 'utf8');
        console.log(JSON.stringify(read(require({json.dumps(str(ICAL_JS))}), text)));"""
    found = run(["node", "-e", script], input=file, capture_output=True, check=True).stdout
    return _entry(json.loads(found))


async def by_browser(browser: Browser, file: bytes) -> Entry:
    """The same in a browser, where there is no Node."""
    page = await browser.new_page()
    try:
        await page.add_script_tag(path=ICAL_JS)
        return _entry(await page.evaluate(f"text => ({READ})(window.ICAL, text)", file.decode()))
    finally:
        await page.close()


def has_node() -> bool:
    """Whether ``by_node`` works here."""
    return shutil.which("node") is not None


def _entry(found: list[Any]) -> Entry:
    starts, ends = (datetime.fromtimestamp(found[nth] / 1000, UTC) for nth in (5, 6))
    reminders = [timedelta(seconds=each) for each in found[10]]
    return Entry._make([*found[:5], starts, ends, *found[7:10], reminders, found[11]])
