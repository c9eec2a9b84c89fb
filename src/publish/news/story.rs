//! What a notice tells: a title, a few lines, and the whole of it.
//!
//! Invariant: a title alone says what happened, from what and to what.

use entity::vocab::{Language, Mode, NoticeKind};
use feeds::escape_html;

use super::super::{
    dates::Dates,
    facts,
    html::Html,
    site::Site,
    wording::{self, either},
};
use crate::domain::{activity::Activity, notice::Notice, when::When};

/// What an entry tells.
#[derive(Default)]
pub(super) struct Story {
    /// One line that says it all.
    pub(super) title: String,
    /// One to three lines.
    pub(super) lines: Vec<String>,
    /// The whole story.
    pub(super) html: String,
}

/// What changed, as two short texts.
struct Change {
    old: String,
    new: String,
}

pub(super) fn activity(
    site: &Site,
    activity: &Activity,
    notice: &Notice,
    language: Language,
) -> Story {
    if notice.kind == NoticeKind::Withdrawn {
        return withdrawn(site, activity, language);
    }
    let dates = Dates::told_at(language, notice.published_at);
    let before = notice.activity_before();
    let old_when = activity
        .previous_when
        .as_ref()
        .or(before.as_ref().map(|before| &before.content.when));
    let moved = (notice.kind == NoticeKind::Rescheduled)
        .then(|| old_when.map(|old| dates.change(old, &activity.content.when)))
        .flatten()
        .map(|(old, new)| Change { old, new });
    let relocated = (notice.kind == NoticeKind::Relocated)
        .then(|| relocation(before.as_ref(), activity, language));

    let title = title(
        activity,
        notice,
        moved.as_ref().or(relocated.as_ref()),
        dates,
        language,
    );
    let called_off = matches!(notice.kind, NoticeKind::Postponed | NoticeKind::Cancelled);
    let when = when_line(
        notice,
        activity,
        old_when.filter(|_| moved.is_some()),
        dates,
        language,
    );
    let place = place_line(relocated.as_ref(), activity, language);
    let remarks = remarks(notice, activity, language)
        .into_iter()
        .map(Line::plain);
    let told: Vec<Line> = if called_off {
        remarks.chain(when).chain(place).collect()
    } else {
        when.into_iter().chain(place).chain(remarks).collect()
    };

    let mut html = Html::default();
    for line in &told {
        html.markup(&line.html);
    }
    let organizer = facts::organizer(activity, language);
    let organizer = wording::ORGANIZER.say(language, &[("organizer", &organizer)]);
    html.text(&organizer);
    let summary = activity.content.summary.in_language(language);
    let description = activity.content.description.in_language(language);
    for (text, _) in summary.into_iter().chain(description) {
        html.text(text);
    }
    html.links(&links(site, activity, language));
    let mut lines: Vec<String> = told.into_iter().map(|line| line.text).collect();
    lines.extend(summary.map(|(text, _)| first_line(text)));
    if lines.is_empty() {
        lines.push(organizer);
    }
    lines.truncate(LINES);
    Story {
        title,
        lines,
        html: html.into_string(),
    }
}

/// Readers show two or three lines below a title.
const LINES: usize = 3;

/// A line as plain text and as HTML.
struct Line {
    text: String,
    html: String,
}

impl Line {
    fn plain(text: String) -> Self {
        Self {
            html: escape_html(&text),
            text,
        }
    }

    /// A phrase around something old and what it became; either may be missing.
    fn of_change(
        phrase: &wording::Phrase,
        part: &str,
        old: Option<&str>,
        new: Option<&str>,
        language: Language,
    ) -> Option<Self> {
        let (text, html) = match (old, new) {
            (Some(old), Some(new)) => (
                format!("{old} → {new}"),
                format!("<del>{}</del> → {}", escape_html(old), escape_html(new)),
            ),
            (Some(old), None) => (old.to_owned(), format!("<del>{}</del>", escape_html(old))),
            (None, Some(new)) => (new.to_owned(), escape_html(new)),
            (None, None) => return None,
        };
        Some(Self {
            text: phrase.say(language, &[(part, &text)]),
            html: phrase.say(language, &[(part, &html)]),
        })
    }
}

/// The date; `old` is what it was moved from.
fn when_line(
    notice: &Notice,
    activity: &Activity,
    old: Option<&When>,
    dates: Dates,
    language: Language,
) -> Option<Line> {
    let full = |when| dates.full(when);
    let known = |when| full(when).unwrap_or_else(|| dates.unknown().to_owned());
    let (phrase, old, new) = match (notice.kind, old) {
        (NoticeKind::Postponed | NoticeKind::Cancelled, _) => {
            (wording::WAS, full(activity.shown_when()), None)
        }
        (_, Some(old)) => (
            wording::WHEN,
            Some(known(old)),
            Some(known(&activity.content.when)),
        ),
        (_, None) => (wording::WHEN, None, full(&activity.content.when)),
    };
    Line::of_change(&phrase, "when", old.as_deref(), new.as_deref(), language)
}

fn place_line(relocated: Option<&Change>, activity: &Activity, language: Language) -> Option<Line> {
    let here = facts::whereabouts(activity, language);
    let (old, new) = match relocated {
        Some(Change { old, new }) => (Some(old.as_str()), Some(new.as_str())),
        None => (None, here.as_deref()),
    };
    Line::of_change(&wording::WHERE, "place", old, new, language)
}

/// Neutral: what was withdrawn may hold what must not be told.
fn withdrawn(site: &Site, activity: &Activity, language: Language) -> Story {
    let label = either(
        language,
        NoticeKind::Withdrawn.zh(),
        NoticeKind::Withdrawn.en(),
    );
    let said = wording::WITHDRAWN.plain(language);
    let mut html = Html::default();
    html.text(said);
    if activity.replaced_by.is_some() {
        html.text(wording::REPLACED.plain(language));
        html.links(&[(
            wording::LINK_ACTIVITY.plain(language),
            site.links.activity(language, activity),
        )]);
    }
    Story {
        title: wording::TITLE.say(language, &[("label", label), ("title", said)]),
        lines: vec![said.to_owned()],
        html: html.into_string(),
    }
}

fn title(
    activity: &Activity,
    notice: &Notice,
    change: Option<&Change>,
    dates: Dates,
    language: Language,
) -> String {
    let label = label(notice.kind, activity, language);
    let title = activity.content.title.in_language(language).0;
    let mut parts = vec![("label", label), ("title", title)];
    if let Some(Change { old, new }) = change {
        parts.extend([("old", old.as_str()), ("new", new.as_str())]);
        return wording::TITLE_OF_CHANGE.say(language, &parts);
    }
    let old = match notice.kind {
        NoticeKind::Postponed | NoticeKind::Cancelled => dates.short(activity.shown_when()),
        _ => None,
    };
    if let Some(old) = &old {
        parts.push(("old", old));
        return wording::TITLE_WITH_OLD_DATE.say(language, &parts);
    }
    let facts = match notice.kind {
        NoticeKind::Announced
        | NoticeKind::Reinstated
        | NoticeKind::FormatChanged
        | NoticeKind::Reminder => [
            dates.start(&activity.content.when),
            facts::short_place(activity, language),
        ]
        .into_iter()
        .flatten()
        .collect(),
        NoticeKind::Held => dates.short(&activity.content.when).into_iter().collect(),
        NoticeKind::Updated | NoticeKind::Corrected => {
            changed_fields(notice, language).into_iter().collect()
        }
        NoticeKind::Rescheduled
        | NoticeKind::Relocated
        | NoticeKind::Postponed
        | NoticeKind::Cancelled
        | NoticeKind::Withdrawn
        | NoticeKind::Digest => Vec::new(),
    };
    if facts.is_empty() {
        return wording::TITLE.say(language, &parts);
    }
    let facts = facts.join(" · ");
    parts.push(("facts", &facts));
    wording::TITLE_WITH_FACTS.say(language, &parts)
}

/// What happened, in a word or two.
pub(crate) fn label(kind: NoticeKind, activity: &Activity, language: Language) -> &'static str {
    match (kind, activity.content.mode) {
        (NoticeKind::FormatChanged, Some(Mode::Online)) => {
            wording::LABEL_NOW_ONLINE.plain(language)
        }
        (NoticeKind::FormatChanged, Some(Mode::Offline)) => {
            wording::LABEL_NOW_ON_SITE.plain(language)
        }
        (NoticeKind::FormatChanged, Some(Mode::Mixed)) => wording::LABEL_NOW_MIXED.plain(language),
        (kind, _) => either(language, kind.zh(), kind.en()),
    }
}

/// Old and new place, by venue where that differs, else with everything that is known.
fn relocation(before: Option<&Activity>, after: &Activity, language: Language) -> Change {
    let unknown = || wording::PLACE_UNKNOWN.plain(language).to_owned();
    let venue = |activity: &Activity| facts::venue_name(activity, language).map(str::to_owned);
    let old = before.and_then(venue);
    let new = venue(after);
    if old != new {
        let short = |activity: Option<&Activity>, venue: Option<String>| {
            venue
                .or_else(|| activity.and_then(|it| facts::short_place(it, language)))
                .unwrap_or_else(unknown)
        };
        return Change {
            old: short(before, old),
            new: short(Some(after), new),
        };
    }
    let whole = |activity: Option<&Activity>| {
        activity
            .and_then(|it| facts::whereabouts(it, language))
            .unwrap_or_else(unknown)
    };
    Change {
        old: whole(before),
        new: whole(Some(after)),
    }
}

/// Why it changed, what changed, what came of it.
fn remarks(notice: &Notice, activity: &Activity, language: Language) -> Vec<String> {
    let reason = notice
        .reason
        .as_ref()
        .and_then(|reason| wording::reason(reason, language));
    let mut remarks = match notice.kind {
        NoticeKind::Held => facts::outcome(activity, language),
        NoticeKind::Postponed => vec![wording::POSTPONED.plain(language).to_owned()],
        NoticeKind::Cancelled => {
            return vec![match reason {
                Some(reason) => wording::CANCELLED_FOR.say(language, &[("reason", &reason)]),
                None => wording::CANCELLED.plain(language).to_owned(),
            }];
        }
        NoticeKind::Updated | NoticeKind::Corrected => changed_fields(notice, language)
            .map(|fields| wording::UPDATED.say(language, &[("fields", &fields)]))
            .into_iter()
            .collect(),
        NoticeKind::Announced
        | NoticeKind::Rescheduled
        | NoticeKind::Relocated
        | NoticeKind::FormatChanged
        | NoticeKind::Reinstated
        | NoticeKind::Withdrawn
        | NoticeKind::Reminder
        | NoticeKind::Digest => Vec::new(),
    };
    remarks.extend(reason.map(|reason| wording::REASON.say(language, &[("reason", &reason)])));
    remarks
}

fn changed_fields(notice: &Notice, language: Language) -> Option<String> {
    let names = notice
        .changed
        .iter()
        .map(|name| wording::field(name, language));
    Some(wording::enumeration(names, language)).filter(|names| !names.is_empty())
}

fn links(site: &Site, activity: &Activity, language: Language) -> Vec<(&'static str, String)> {
    let content = &activity.content;
    let mut links = vec![
        (
            wording::LINK_ACTIVITY.plain(language),
            site.links.activity(language, activity),
        ),
        (
            wording::LINK_CALENDAR.plain(language),
            site.links.activity_ics(language, activity),
        ),
    ];
    for (phrase, url) in [
        (wording::LINK_WATCH, &content.live_url),
        (wording::LINK_REGISTER, &content.registration_url),
    ] {
        links.extend(
            url.as_ref()
                .map(|url| (phrase.plain(language), url.0.clone())),
        );
    }
    links
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
