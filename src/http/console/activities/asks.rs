//! What each action asks for: its fields, and what stands in them before anybody filled them in.

use chrono::{DateTime, Utc};
use entity::vocab::{ReasonCode, Status};
use serde_json::Value;

use super::{
    super::{
        fields::{Group, Source},
        sheet::{self, Sheet},
        words::{self as w},
    },
    editor,
    offered::activities,
};
use crate::{
    domain::{activity::Activity, input::Faults},
    http::Web,
    publish::{
        dates::Dates,
        wording::{Phrase, either},
    },
};

/// A form's fields before anybody filled them in.
pub(in crate::http::console) fn prefilled(name: &str, activity: &Activity) -> Sheet {
    let content = editor::of_content(&activity.content);
    match name {
        "reschedule" => sheet::of_when(&activity.content.when),
        "relocate" => content.only(&["venue", "districts"]),
        "hold" => content.only(&["figures", "outcomes"]),
        "change-format" => {
            let mut sheet = Sheet::default();
            sheet.set("/mode", content.get("/mode"));
            sheet.set("/live_url", content.get("/live_url"));
            sheet
        }
        "reinstate" => {
            let mut sheet = Sheet::default();
            let old = activity.previous_when.is_some() || activity.status == Status::Cancelled;
            sheet.set("/slot", if old { "old" } else { "new" });
            sheet
        }
        "announce" => {
            let mut sheet = Sheet::default();
            sheet.set("/publish/when", "now");
            sheet
        }
        _ => Sheet::default(),
    }
}

/// The fields of an action's form.
pub(in crate::http::console) fn groups(
    web: &Web,
    name: &str,
    source: &Source<'_>,
    activity: &Activity,
) -> Vec<Group> {
    let language = source.language;
    let say = |phrase: Phrase| phrase.plain(language);
    let mut groups = match name {
        "submit" | "return" => Vec::new(),
        "announce" => {
            let times = [("now", w::PUBLISH_NOW), ("later", w::PUBLISH_LATER)];
            let times = times.map(|(value, label)| (value.to_owned(), say(label).to_owned()));
            let fields = vec![
                source.radio("/publish/when", say(w::PUBLISH_WHEN), times),
                source.line("/publish/day", say(w::PUBLISH_DAY), "date"),
                source.line("/publish/time", say(w::PUBLISH_TIME), "time"),
            ];
            vec![Group::new(say(w::PUBLISH_WHEN), fields).hinted(say(w::EMBARGO_ABOUT))]
        }
        "reschedule" => vec![editor::when_group(source)],
        "relocate" => {
            let mut place = editor::venue_group(source);
            place.fields.insert(0, editor::districts(source));
            vec![place]
        }
        "change-format" => {
            let url = source.line("/live_url", w::label("live_url", language), "url");
            vec![Group::new(
                w::label("mode", language),
                vec![editor::mode(source), url],
            )]
        }
        "reinstate" => {
            let old = activity.shown_when();
            let date = Dates::with_years(language).full(old);
            let date = date.unwrap_or_else(|| say(w::NOT_KNOWN).to_owned());
            let slots = [
                ("old", w::OLD_SLOT.say(language, &[("date", &date)])),
                ("new", say(w::NEW_SLOT).to_owned()),
            ];
            let slots = slots.map(|(value, label)| (value.to_owned(), label));
            let choice = source.radio("/slot", say(w::WHICH_SLOT), slots);
            vec![
                Group::new(say(w::WHICH_SLOT), vec![choice]),
                editor::when_group(source),
            ]
        }
        "hold" => vec![editor::figures(source), editor::outcomes(source)],
        _ => Vec::new(),
    };
    if matches!(name, "submit" | "return" | "announce") {
        let comment = source.long("/comment", w::label("comment", language));
        groups.push(
            Group::new(w::label("comment", language), vec![comment]).hinted(say(w::COMMENT_ABOUT)),
        );
    }
    let is_move = matches!(
        name,
        "reschedule" | "relocate" | "change-format" | "postpone" | "cancel"
    );
    if is_move || name == "withdraw" {
        groups.push(reason(source));
    }
    if name == "withdraw" {
        let other = source
            .line("/replaced_by", w::label("replaced_by", language), "text")
            .offering(activities(web, language))
            .hinted(say(w::REPLACED_HINT));
        groups.push(Group::new(w::label("replaced_by", language), vec![other]));
    }
    if is_move || name == "reinstate" {
        let children = source.flag("/children", say(w::WITH_CHILDREN));
        groups.push(Group::new(say(w::CHILDREN), vec![children]));
    }
    groups
}

fn reason(source: &Source<'_>) -> Group {
    let language = source.language;
    let codes = ReasonCode::ALL.iter().map(|code| {
        (
            code.to_string(),
            either(language, code.zh(), code.en()).to_owned(),
        )
    });
    let label = |phrase: Phrase| phrase.say(language, &[("label", w::REASON.plain(language))]);
    Group::new(
        w::REASON.plain(language),
        vec![
            source.select("/reason/code", w::REASON_CODE.plain(language), codes),
            source
                .line("/reason/zh", &label(w::IN_CHINESE), "text")
                .written_in("zh-CN"),
            source
                .line("/reason/en", &label(w::IN_ENGLISH), "text")
                .written_in("en"),
        ],
    )
    .hinted(w::REASON_ABOUT.plain(language))
}

/// Puts the hour of an announcement where the API has it.
pub(in crate::http::console) fn publish_at(
    sheet: &Sheet,
    now: DateTime<Utc>,
    value: &mut Value,
    faults: &mut Faults,
) {
    let (day, time) = (sheet.get("/publish/day"), sheet.get("/publish/time"));
    match sheet.get("/publish/when") {
        "" | "now" => {
            for (name, typed) in [("/publish/day", day), ("/publish/time", time)] {
                if !typed.is_empty() {
                    let shown: String = typed.chars().take(40).collect();
                    let said = format!("{shown} stands there, but it is to be published now");
                    faults.add(name, said);
                }
            }
        }
        "later" => {
            for (name, typed) in [("/publish/day", day), ("/publish/time", time)] {
                if typed.is_empty() {
                    faults.add(name, "is missing");
                }
            }
            if day.is_empty() || time.is_empty() {
                return;
            }
            let at = sheet::instant_at(day, time);
            let hour = at.as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
            if hour.is_some_and(|hour| hour <= now) {
                faults.add("/publish/day", format!("{day} {time} is past"));
            }
            value["publish_at"] = at;
        }
        other => {
            let shown: String = other.chars().take(40).collect();
            faults.add(
                "/publish/when",
                format!("{shown:?} is neither now nor later"),
            );
        }
    }
}
