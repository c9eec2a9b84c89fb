//! A [`Selection`] as SQL, over the columns of the activities' rows.
//!
//! Owns that translation and refuses to know who asks. Invariant: the condition holds of a row exactly when
//! [`Selection::matches`] holds of the content it was made from (`tests/it/properties/searched.rs`).

use entity::activity::Column;
use sea_orm::{ColumnTrait, Condition, sea_query::LikeExpr};

use crate::domain::{selection::Selection, text::Slug};

/// What rows a selection wants, the same on both databases; everything where it asks for everything.
#[must_use]
pub fn condition(selection: &Selection) -> Condition {
    let Selection {
        districts,
        sections,
        kinds,
        audiences,
        modes,
        series,
        editions,
        strands,
        highlight,
    } = selection;
    Condition::all()
        .add_option(any(districts, |all| among(Column::Districts, all)))
        .add_option(any(sections, |all| one_of(Column::Section, slugs(all))))
        .add_option(any(kinds, |all| one_of(Column::Kind, all)))
        .add_option(any(audiences, |all| among(Column::Audiences, all)))
        .add_option(any(modes, |all| one_of(Column::Mode, all)))
        .add_option(any(series, |all| one_of(Column::Series, slugs(all))))
        .add_option(any(editions, |all| one_of(Column::Edition, all)))
        .add_option(any(strands, |all| one_of(Column::Strand, all)))
        .add_option(highlight.map(|wanted| Column::Highlight.eq(wanted)))
}

/// A dimension's condition, unless it asks for everything.
fn any<T: Clone>(wanted: &[T], condition: impl FnOnce(Vec<T>) -> Condition) -> Option<Condition> {
    (!wanted.is_empty()).then(|| condition(wanted.to_vec()))
}

fn slugs(slugs: Vec<Slug>) -> Vec<String> {
    slugs.into_iter().map(|slug| slug.0).collect()
}

/// A column with one value, or none, which is never wanted.
fn one_of<T: Into<sea_orm::Value>>(column: Column, wanted: Vec<T>) -> Condition {
    Condition::all().add(column.is_in(wanted))
}

/// A column with several values between bars.
fn among<T: ToString>(column: Column, wanted: Vec<T>) -> Condition {
    wanted.iter().fold(Condition::any(), |either, word| {
        let pattern = format!("%|{}|%", escaped(&word.to_string()));
        either.add(column.like(LikeExpr::new(pattern).escape(ESCAPE)))
    })
}

/// Written out, since SQLite has no escape of its own; not the backslash, which PostgreSQL's literals may take for one.
const ESCAPE: char = '!';

/// A word as LIKE finds it and nothing else: `young_founders` is not `young-founders`.
fn escaped(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len());
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_word_has_no_wildcards() {
        assert_eq!(escaped("young_founders"), "young!_founders");
        assert_eq!(escaped("a%b!c"), "a!%b!!c");
        assert_eq!(escaped("haidian"), "haidian");
    }
}
