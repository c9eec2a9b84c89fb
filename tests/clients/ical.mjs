// What ical.js makes of feeds: `node ical.mjs ADDRESS…`, run where `npm ci` put ical.js, prints a JSON object of the
// entries by feed and UID. Times are instants; clients.py says which are right.

import { createRequire } from "node:module";

const ICAL = createRequire(`${process.cwd()}/`)("ical.js");

function time(time) {
  return time.isDate ? time.toString() : time.toJSDate().toISOString();
}

async function entries(address) {
  const answer = await fetch(address);
  if (answer.status !== 200) throw new Error(`${address} was answered ${answer.status}`);
  const calendar = new ICAL.Component(ICAL.parse(await answer.text()));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component, { strictExceptions: true });
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      transparency: component.getFirstPropertyValue("transp"),
      title: event.summary,
      description: event.description,
      location: event.location,
      starts: time(event.startDate),
      ends: component.hasProperty("dtend") ? time(event.endDate) : null,
      zone: event.startDate.isDate ? null : event.startDate.zone.tzid,
    };
  });
}

const feeds = {};
for (const address of process.argv.slice(2)) feeds[address] = await entries(address);
console.log(JSON.stringify(feeds));
