//! Which stretch of the log is told once more: by days, or by positions.
//!
//! Invariant: a day is one of Beijing's, by when a notice was written down, which never runs backwards along the log.

use axum::response::Response;
use chrono::{Days, NaiveDate};
use serde_json::json;

use super::{
    super::{
        answer::see,
        sheet::Sheet,
        words::{self as w},
    },
    asked::{Asked, number},
    at,
};
use crate::{
    commands::{
        CommandError,
        webhooks::replay::{Range, replay_webhook},
    },
    domain::{
        dates::Day,
        input::{Faults, Read},
        when::midnight,
    },
    http::Web,
    store::idempotency::Key,
};

/// Counts the notices of the stretch that was asked for, or has them told once more.
pub(super) async fn perform(asked: &Asked<'_>, key: Option<Key>) -> Result<Response, CommandError> {
    let Asked {
        web, seated, row, ..
    } = asked;
    let mut faults = Faults::default();
    let range = range(web, &asked.sheet, &mut faults);
    let range = Range {
        dry_run: asked.look,
        ..faults.check(range)?
    };
    let key = key.filter(|_| !asked.look);
    let services = &web.services;
    let replayed = replay_webhook(services, seated.caller(), row.id.clone(), range, key).await?;
    let count = replayed.notices;
    if !asked.look && count > 0 {
        web.courier.nudge();
        return Ok(see(&format!("{}?replay={count}", at(&row.id))));
    }
    let note = match count {
        0 => w::NONE_TO_REPLAY.plain(seated.language).to_owned(),
        n => w::WOULD_REPLAY.say(seated.language, &[("n", &n.to_string())]),
    };
    Ok(asked.page(&[], Vec::new(), Some(note)).await)
}

fn range(web: &Web, sheet: &Sheet, faults: &mut Faults) -> Option<Range> {
    let new_id = sheet.has("/new_id", "true");
    if sheet.has("/by", "days") {
        let (after, until) = by_days(web, sheet, faults)?;
        return Some(Range {
            after,
            until,
            dry_run: false,
            new_ids: new_id,
        });
    }
    let by = sheet.get("/by");
    if !by.is_empty() && by != "positions" {
        let shown: String = by.chars().take(40).collect();
        faults.add("/by", format!("{shown:?} is no key of this list"));
        return None;
    }
    let mut given = json!({ "new_id": new_id });
    for name in ["after", "until"] {
        let typed = sheet.get(&format!("/{name}"));
        if !typed.is_empty() {
            given[name] = number(typed);
        }
    }
    Range::read(&given, "", faults)
}

/// The positions before the first of some days, and of the last notice in them.
fn by_days(web: &Web, sheet: &Sheet, faults: &mut Faults) -> Option<(i64, Option<i64>)> {
    let from = day(sheet, "/from", faults);
    let to = day(sheet, "/to", faults);
    if sheet.get("/from").is_empty() {
        faults.add("/from", "is missing");
    }
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        faults.add("/to", format!("{to} is before the first day"));
    }
    if !faults.0.is_empty() {
        return None;
    }
    let before = |day: NaiveDate| {
        let state = web.services.catalogue.read();
        let all = state.notices_after(0);
        let count = all.partition_point(|notice| notice.recorded_at < midnight(day));
        all[..count].last().map_or(0, |notice| notice.position)
    };
    let until = to.map(|to| to.checked_add_days(Days::new(1)).map_or(i64::MAX, before));
    Some((before(from?), until))
}

fn day(sheet: &Sheet, name: &str, faults: &mut Faults) -> Option<NaiveDate> {
    let typed = sheet.get(name);
    if typed.is_empty() {
        return None;
    }
    let day = typed.parse::<Day>();
    day.map_err(|error| faults.add(name, error))
        .ok()
        .map(|day| day.0)
}
