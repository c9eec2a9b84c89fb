//! What two people made of the same fields, side by side.

use entity::vocab::Language;

use super::{said, sheet::Sheet, words as w};

/// What one side made of a field, for whoever compares.
pub(super) struct Difference {
    pub(super) label: String,
    pub(super) before: String,
    pub(super) theirs: String,
    pub(super) mine: String,
    /// Whether both changed it, each otherwise.
    pub(super) disputed: bool,
}

impl Difference {
    /// What others made of a form's fields, beside what was sent: of what was sent, what it began with, and what stands
    /// there now. Labels and values are put into words by their group.
    pub(super) fn between(
        (sent, base, theirs): (&Sheet, &Sheet, &Sheet),
        language: Language,
        label: impl Fn(&str) -> String,
        said: impl Fn(&Sheet, &str) -> String,
    ) -> Vec<Self> {
        let mine = sent.changed_from(base);
        let groups = theirs.differs_from(base).into_iter();
        let differences = groups.map(|group| Self {
            label: label(&group),
            before: said(base, &group),
            theirs: said(theirs, &group),
            mine: match mine.contains(&group) {
                true => said(sent, &group),
                false => w::UNCHANGED.plain(language).to_owned(),
            },
            disputed: mine.contains(&group) && sent.shown(&group) != theirs.shown(&group),
        });
        differences.collect()
    }

    /// The same of an activity.
    pub(super) fn of_activity(sheets: (&Sheet, &Sheet, &Sheet), language: Language) -> Vec<Self> {
        Self::between(
            sheets,
            language,
            |group| said::label(group, language),
            |sheet, group| said::said(sheet, group, language),
        )
    }
}
