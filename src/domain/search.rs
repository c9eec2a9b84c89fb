//! Which activities somebody looks for: a selection, states, days and words.
//!
//! Owns what counts as found. Refuses to know the catalogue and the order of what is found. Invariant: Chinese needs no
//! spaces: of 海淀路演 both 海淀 and 路演 are looked for, wherever they stand.

use chrono::{DateTime, Utc};
use entity::vocab::Status;

use super::{
    activity::Activity,
    selection::Selection,
    text::{Text, Words},
};

/// Characters of a question that are looked at.
const LONGEST: usize = 100;

/// What somebody looks for; what is empty asks for everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// Of these.
    pub selection: Selection,
    /// In any of these states; all but withdrawn where none is named.
    pub statuses: Vec<Status>,
    /// Not over before this.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this.
    pub to: Option<DateTime<Utc>>,
    /// With all of these words.
    pub terms: Terms,
}

impl Search {
    /// Whether an activity is looked for.
    #[must_use]
    pub fn wants(&self, activity: &Activity) -> bool {
        let status = if self.statuses.is_empty() {
            activity.status != Status::Withdrawn
        } else {
            self.statuses.contains(&activity.status)
        };
        let starts_at = activity.content.when.starts_at();
        status
            && self.selection.matches(&activity.content)
            && self
                .to
                .is_none_or(|to| starts_at.is_some_and(|starts| starts < to))
            && self.wants_the_rest(activity)
    }

    /// Whether what no column of the database tells is wanted: the end and the texts.
    #[must_use]
    pub fn wants_the_rest(&self, activity: &Activity) -> bool {
        let when = &activity.content.when;
        self.from.is_none_or(|from| {
            when.over_at()
                .is_some_and(|over| over > from || when.starts_at() >= Some(from))
        }) && self.terms.are_in(activity)
    }

    /// Whether columns of the database tell all that is asked for.
    #[must_use]
    pub fn stands_in_columns(&self) -> bool {
        self.from.is_none() && self.terms.is_empty()
    }
}

/// What is looked for in texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// As it was asked, folded.
    whole: String,
    each: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    /// Letters or digits, or a single Chinese character.
    Word(String),
    /// The pairs of neighbours in a run of Chinese characters: one for each neighbourhood, in order.
    Run(Vec<String>),
}

impl Terms {
    /// Takes a question apart.
    #[must_use]
    pub fn of(question: &str) -> Self {
        let whole: String = folded(question).chars().take(LONGEST).collect();
        let whole = whole.trim().to_owned();
        let mut each = Vec::new();
        for word in whole.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation()) {
            runs(word, &mut each);
        }
        // A question of signs alone asks for just these.
        if each.is_empty() && !whole.is_empty() {
            each.push(Term::Word(whole.clone()));
        }
        Self { whole, each }
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    /// Whether an activity mentions all of it.
    #[must_use]
    pub fn are_in(&self, activity: &Activity) -> bool {
        if self.is_empty() {
            return true;
        }
        let texts = folded(&texts(activity));
        texts.contains(&self.whole) || self.each.iter().all(|term| term.is_in(&texts))
    }

    /// How well an activity's name answers: more is better.
    #[must_use]
    pub fn rank(&self, activity: &Activity) -> u8 {
        let title = &activity.content.title;
        let title = folded(&format!(
            "{} {}",
            title.zh,
            title.en.as_deref().unwrap_or("")
        ));
        let is_in = |term: &&Term| term.is_in(&title);
        match self.each.iter().filter(is_in).count() {
            _ if title.contains(&self.whole) => 3,
            count if count == self.each.len() => 2,
            0 => 0,
            _ => 1,
        }
    }
}

impl Term {
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Word(word) => text.contains(word),
            // Each character stands in the text beside one that it stands beside in the question.
            Self::Run(pairs) => {
                let found: Vec<bool> = pairs.iter().map(|pair| text.contains(pair)).collect();
                let first = found.first().copied().unwrap_or_default();
                let last = found.last().copied().unwrap_or_default();
                first && last && found.windows(2).all(|two| two[0] || two[1])
            }
        }
    }
}

/// The words and the runs of Chinese in what has no space.
fn runs(word: &str, into: &mut Vec<Term>) {
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let chinese = is_chinese(first);
        let end = rest
            .char_indices()
            .find(|(_, c)| is_chinese(*c) != chinese)
            .map_or(rest.len(), |(at, _)| at);
        let (run, after) = rest.split_at(end);
        let letters: Vec<char> = run.chars().collect();
        let pairs: Vec<String> = letters.windows(2).map(String::from_iter).collect();
        into.push(if chinese && !pairs.is_empty() {
            Term::Run(pairs)
        } else {
            Term::Word(run.to_owned())
        });
        rest = after;
    }
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Lower case, and full-width forms as the letters that they are.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' | '·' | '・' => ' ',
            '\u{FF01}'..='\u{FF5E}' => {
                char::from_u32(u32::from(c) - 0xFEE0).expect("the forms of printable ASCII")
            }
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Everything that people look for an activity by, a line each so that nothing runs over.
fn texts(activity: &Activity) -> String {
    let content = &activity.content;
    let mut texts: Vec<&str> = Vec::new();
    let title: &Text = &content.title;
    texts.push(&title.zh);
    texts.extend(title.en.as_deref());
    let both = |words: &Words| [words.zh.clone(), words.en.clone()];
    let mut owned: Vec<String> = [&content.summary, &content.description]
        .into_iter()
        .chain(content.venue.iter().flat_map(|it| [&it.name, &it.address]))
        .chain(content.organizers.iter().map(|organizer| &organizer.name))
        .flat_map(both)
        .flatten()
        .collect();
    for district in &content.districts {
        owned.push(format!("{}区", district.zh()));
        texts.push(district.en());
    }
    texts.extend(content.kind.iter().flat_map(|it| [it.zh(), it.en()]));
    texts.extend(content.audiences.iter().flat_map(|it| [it.zh(), it.en()]));
    owned.push(content.edition.to_string());
    texts.extend(owned.iter().map(String::as_str));
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::samples;

    fn finds(question: &str) -> bool {
        let title = json!({"zh": "中英生命健康跨境路演", "en": "UK-China roadshow"});
        Terms::of(question).are_in(&samples::activity(json!({"title": title})))
    }

    #[test]
    fn chinese_is_found_without_spaces_and_in_any_order() {
        for question in [
            "",
            "路演",
            "中英生命健康跨境路演",
            "海淀路演",
            "路演海淀",
            "海淀区 路演",
            "海淀　路演",
            "生命健康路演",
        ] {
            assert!(finds(question), "{question}");
        }
        for question in ["朝阳路演", "海路", "路演会", "淀", "演路"] {
            let found = finds(question);
            // One character is looked for as it is.
            assert_eq!(found, question == "淀", "{question}");
        }
    }

    #[test]
    fn letters_are_found_whatever_their_case_and_width() {
        for question in [
            "HAIDIAN",
            "ｈａｉｄｉａｎ",
            "Haidian roadshow",
            "roadshow海淀",
        ] {
            assert!(finds(question), "{question}");
        }
        assert!(!finds("haidian ballet"));
    }

    #[test]
    fn a_question_of_signs_or_without_end_is_harmless() {
        assert!(!finds("%%%"));
        assert!(finds("   "));
        assert!(!finds(&"海".repeat(100_000)));
    }
}
