//! What an edition hands on to a later year.
//!
//! Owns which of its fields go over and which begin anew. Refuses to know which years are taken. Invariant: what comes
//! out has been read like an edition that somebody sent, with all its faults at once.

use serde_json::{Value, json};

use super::{
    dates::YEARS,
    edition::Edition,
    input::{Faults, Object, Read},
};

/// What a request may say of the new edition.
const FIELDS: [&str; 4] = ["year", "theme", "main_from", "main_to"];

impl Edition {
    /// The edition of the next year, or of the later year that the input names: with the same sections and hosts, the
    /// ordinal counted on where it is known, and the same theme unless another is given. Days are only those that are
    /// given, the promise covers it from January, and what sources stated of the old one says nothing of it.
    ///
    /// # Errors
    /// All faults of the input.
    pub fn rolled_over(&self, input: &Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let next = self.next(input, &mut faults);
        faults.check(next)
    }

    fn next(&self, input: &Value, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(input, "", faults)?;
        for name in FIELDS {
            object.ignored(name);
        }
        object.close(faults);
        let given = |name: &str| input.get(name).filter(|value| !value.is_null());
        let year = given("year").map_or_else(|| json!(self.year + 1), Value::clone);
        let named = year.as_i64().and_then(|year| i32::try_from(year).ok());
        if let Some(named) = named
            && YEARS.contains(&named)
            && named <= self.year
        {
            faults.add("/year", format!("{named} is not after {}", self.year));
        }
        let next = json!({
            "year": year,
            "ordinal": self.ordinal.map(|ordinal| ordinal.saturating_add(1)),
            "theme": given("theme").map_or_else(|| json!(self.theme), Value::clone),
            "main_from": given("main_from"),
            "main_to": given("main_to"),
            "sections": self.sections,
            "hosts": self.hosts,
        });
        Self::read(&next, "", faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::input::read;

    fn edition() -> Edition {
        let input = json!({
            "year": 2026, "ordinal": 16, "theme": {"zh": "主题", "en": "Theme"}, "promise_from": "2026-03",
            "main_from": "2026-03-25", "main_to": "2026-03-29",
            "sections": [{"slug": "forum", "title": {"zh": "论坛", "en": "Forum"}}, {"slug": "expo", "title": {"zh": "展览"}}],
            "hosts": [{"zh": "北京市人民政府"}],
            "stated": [{"what": "held_so_far", "value": 17, "on": "2026-09-15"}],
        });
        read(&input).unwrap()
    }

    fn pointers(input: &Value) -> Vec<String> {
        let faults = edition().rolled_over(input).unwrap_err().0;
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn sections_hosts_theme_and_count_go_over_and_the_rest_begins_anew() {
        let old = edition();
        let next = old.rolled_over(&json!({})).unwrap();
        let expected = Edition {
            year: 2027,
            ordinal: Some(17),
            main_from: None,
            main_to: None,
            promise_from: None,
            stated: Vec::new(),
            ..old
        };
        assert_eq!(next, expected);
    }

    #[test]
    fn what_is_given_stands_there_instead() {
        let given = json!({
            "year": 2029, "theme": {"zh": "新主题"}, "main_from": "2029-03-25", "main_to": "2029-03-29",
        });
        let next = edition().rolled_over(&given).unwrap();
        assert_eq!((next.year, next.ordinal), (2029, Some(17)));
        assert_eq!(json!(next.theme), json!({"zh": "新主题"}));
        assert_eq!(
            (json!(next.main_from), json!(next.main_to)),
            (json!("2029-03-25"), json!("2029-03-29"))
        );
        // Null is not given.
        let nulls = json!({"year": null, "theme": null, "main_from": null, "main_to": null});
        assert_eq!(
            edition().rolled_over(&nulls),
            edition().rolled_over(&json!({}))
        );
    }

    #[test]
    fn an_ordinal_that_nobody_knows_stays_unknown() {
        let old = Edition {
            ordinal: None,
            ..edition()
        };
        assert_eq!(old.rolled_over(&json!({})).unwrap().ordinal, None);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let bad = json!({
            "year": 2026, "theme": {"fr": "thème"}, "main_from": "2027-03-29", "main_to": "2027-03-25",
            "ordinal": 20, "sections": [],
        });
        assert_eq!(
            pointers(&bad),
            ["/ordinal", "/sections", "/year", "/theme/fr", "/main_to"]
        );
        for year in [json!(1600), json!(2200), json!("2027"), json!(2027.5)] {
            assert_eq!(pointers(&json!({"year": year})), ["/year"]);
        }
        assert_eq!(pointers(&json!([2027])), [""]);
        let last = Edition {
            year: 2199,
            ..edition()
        };
        let faults = last.rolled_over(&json!({})).unwrap_err().0;
        assert!(faults[0].detail.contains("2200"), "{faults:?}");
    }
}
