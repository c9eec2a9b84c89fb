//! Endpoints and deliveries as lines of lists.

use chrono::{DateTime, Utc};
use entity::vocab::{EndpointState, Language, WireFormat};

pub(super) use super::super::said::Fact;
use super::super::words as w;
use crate::{
    http::{
        Web,
        site::{listed::Badge, said::Said, told::Told},
        webhooks::deliveries::{Delivery, State},
    },
    store::endpoints::Row,
};

/// An endpoint's state in a word.
pub(super) fn badge(state: EndpointState, language: Language) -> Badge {
    Badge {
        text: w::endpoint_state(state).plain(language),
        tone: match state {
            EndpointState::Enabled => "good",
            EndpointState::Pending => "plan",
            EndpointState::Paused => "plain",
            EndpointState::Failing => "moved",
            EndpointState::Disabled | EndpointState::Gone => "off",
        },
    }
}

/// A delivery's state in a word.
pub(super) fn delivery_badge(state: State, language: Language) -> Badge {
    let (text, tone) = match state {
        State::Waiting => (w::DELIVERY_WAITING, "plan"),
        State::Retrying => (w::DELIVERY_RETRYING, "moved"),
        State::Delivered => (w::DELIVERY_DELIVERED, "good"),
        State::Failed => (w::DELIVERY_FAILED, "off"),
    };
    Badge {
        text: text.plain(language),
        tone,
    }
}

/// What an endpoint's format is called.
pub(super) fn format(row: &Row, language: Language) -> &str {
    match row.format.parse::<WireFormat>() {
        Ok(format) => w::format_choice(format).plain(language),
        Err(_) => &row.format,
    }
}

/// What a delivery was about.
pub(super) struct About {
    /// The notice's page; none for a ping.
    pub(super) href: Option<String>,
    pub(super) label: &'static str,
    pub(super) title: Said,
}

impl About {
    pub(super) fn of(web: &Web, position: Option<i64>, language: Language) -> Self {
        let plain = |label: &'static str, title: String| Self {
            href: None,
            label,
            title: Said::ours(title),
        };
        let Some(position) = position else {
            return plain("", w::TEST_MESSAGE.plain(language).to_owned());
        };
        let told = {
            let state = web.services.catalogue.read();
            let notice = state.notice_at(position);
            notice.map(|notice| Told::of(notice, &web.services.links, language))
        };
        match told {
            Some(told) => Self {
                href: Some(told.href),
                label: told.label,
                title: told.title,
            },
            None => plain(
                "",
                w::AT_POSITION.say(language, &[("n", &position.to_string())]),
            ),
        }
    }
}

/// When a delivery is tried next; where that is past, its endpoint is waited for.
pub(super) fn next_attempt(web: &Web, delivery: &Delivery) -> Option<DateTime<Utc>> {
    let next = delivery.owed.as_ref()?.next_attempt_at?;
    (next > web.services.now()).then_some(next)
}

/// A delivery as a line.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) at: String,
    pub(super) about: About,
    pub(super) badge: Badge,
    /// What came of the last attempt, and what set it off.
    pub(super) facts: Vec<String>,
}

impl Line {
    pub(super) fn of(web: &Web, delivery: &Delivery, language: Language) -> Option<Self> {
        let facts = delivery.facts()?;
        let (last, owed) = (delivery.last.as_ref(), delivery.owed.as_ref());
        let at = last
            .map(|last| last.sent_at)
            .or_else(|| owed.map(|owed| owed.created_at));
        let mut said = Vec::new();
        if let Some(last) = last.filter(|_| delivery.state() != State::Delivered) {
            said.push(w::outcome(&last.outcome, language));
        }
        if let Some(next) = next_attempt(web, delivery) {
            let next = w::local_second(next);
            said.push(w::NEXT_ATTEMPT.say(language, &[("at", &next)]));
        }
        if facts.attempts > 1 {
            let n = facts.attempts.to_string();
            said.push(w::ATTEMPTS_MADE.say(language, &[("n", &n)]));
        }
        said.push(w::trigger(facts.trigger).plain(language).to_owned());
        Some(Self {
            href: format!("/console/deliveries/{}", facts.id),
            at: at.map(w::local_second).unwrap_or_default(),
            about: About::of(web, facts.position, language),
            badge: delivery_badge(delivery.state(), language),
            facts: said,
        })
    }
}
