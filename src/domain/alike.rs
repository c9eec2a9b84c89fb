//! Which activities may be the same one, entered twice: alike in title, on the same day, not in another district.
//!
//! Invariant: it only warns; whether two are one is a person's word.

use serde::Serialize;

use super::{
    activity::{Activity, Content},
    likeness::Shape,
    text::Text,
    when::When,
};
use crate::ids::ActivityId;

/// From this likeness of titles on somebody should look (Dice's coefficient over pairs of characters).
const RESEMBLES: f64 = 0.85;
/// Where no day is known, titles must be as good as equal.
const WITHOUT_A_DAY: f64 = 0.9;
/// So many are named.
const NAMED: usize = 5;

/// An activity that looks like another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alike {
    /// Its id.
    pub id: ActivityId,
    /// What it is called.
    pub title: Text,
    /// When it is.
    #[serde(with = "super::when::or_null")]
    pub when: When,
    /// How alike the titles are, 0 to 1.
    pub likeness: f64,
}

/// In a sentence, for a warning.
impl std::fmt::Display for Alike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = self.when.first_day();
        let on = day.map_or_else(String::new, |day| format!(" on {day}"));
        write!(
            f,
            "looks like {} {:?}{on}: the titles are {:.0} % alike; if they are one, withdraw the other with replaced_by",
            self.id,
            self.title.zh,
            self.likeness * 100.0
        )
    }
}

/// Those of some activities that look like this content, the most alike first. What was withdrawn or called off counts not.
pub fn alike<'a>(
    content: &Content,
    but: Option<&ActivityId>,
    others: impl Iterator<Item = &'a Activity>,
) -> Vec<Alike> {
    use entity::vocab::Status;

    let title = Shape::of(&content.title.zh);
    let mut found: Vec<Alike> = others
        .filter(|other| Some(&other.id) != but)
        .filter(|other| !matches!(other.status, Status::Withdrawn | Status::Cancelled))
        .filter(|other| may_be_one(content, but, other))
        .filter_map(|other| {
            let likeness = title.likeness(&Shape::of(&other.content.title.zh));
            let least = match content.when.first_day() {
                Some(_) => RESEMBLES,
                None => WITHOUT_A_DAY,
            };
            (likeness >= least).then(|| Alike {
                id: other.id.clone(),
                title: other.content.title.clone(),
                when: other.content.when.clone(),
                likeness: (likeness * 100.0).round() / 100.0,
            })
        })
        .collect();
    found.sort_by(|a, b| {
        let by_likeness = b.likeness.total_cmp(&a.likeness);
        by_likeness.then_with(|| a.id.cmp(&b.id))
    });
    found.truncate(NAMED);
    found
}

/// Whether date and district leave it open that two are one. An activity is neither the one that it belongs to nor another part
/// of that: a forum's sessions are called alike.
fn may_be_one(one: &Content, id: Option<&ActivityId>, other: &Activity) -> bool {
    let related = one.parent.as_ref() == Some(&other.id)
        || (other.content.parent.is_some()
            && (other.content.parent == one.parent || other.content.parent.as_ref() == id));
    let other = &other.content;
    let elsewhere = !one.districts.is_empty()
        && !other.districts.is_empty()
        && !one
            .districts
            .iter()
            .any(|district| other.districts.contains(district));
    let same_day = match (one.when.first_day(), other.when.first_day()) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.edition == other.edition,
        _ => false,
    };
    same_day && !elsewhere && !related
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::samples::activity;

    #[test]
    fn a_title_of_the_same_day_is_alike_and_of_another_day_or_district_is_not() {
        let here = activity(json!({"title": {"zh": "中英生命健康跨境路演"}}));
        let other: ActivityId = "act_2".parse().unwrap();
        let found = |fields| {
            let content = activity(fields).content;
            alike(&content, Some(&other), std::iter::once(&here)).len()
        };
        let title = json!({"zh": "2021中英生命健康跨境路演"});
        assert_eq!(found(json!({"title": title})), 1);
        assert_eq!(found(json!({"title": title, "districts": ["chaoyang"]})), 0);
        assert_eq!(found(json!({"title": title, "districts": []})), 1);
        let later = json!({"starts_at": "2021-07-09T09:00:00+08:00"});
        assert_eq!(found(json!({"title": title, "when": later})), 0);
        assert_eq!(found(json!({"title": {"zh": "集成电路专场"}})), 0);
        // Not itself.
        let content = here.content.clone();
        assert!(alike(&content, Some(&here.id), std::iter::once(&here)).is_empty());
    }
}
