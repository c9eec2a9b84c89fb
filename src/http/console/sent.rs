//! What a form sent that began with what stood there: it may be somebody else's by now.

use super::{form::Form, sheet::Sheet};

/// A form that was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) sheet: Sheet,
    /// What stood in it before anybody changed it.
    pub(super) base: Sheet,
    /// The version that whoever sent it had seen; 0, which none has, where the form says none.
    pub(super) version: i64,
}

impl Sent {
    pub(super) fn of(form: &Form) -> Self {
        let base = form.get("base").and_then(Sheet::of_kept);
        let version = form.get("version").and_then(|sent| sent.parse().ok());
        Self {
            sheet: Sheet::of_form(form),
            base: base.unwrap_or_default(),
            version: version.unwrap_or_default(),
        }
    }

    /// What was changed, over what others made of it meanwhile; `None` where that stands there already: the same form
    /// came twice, or two meant the same.
    pub(super) fn over(&self, theirs: &Sheet) -> Option<Sheet> {
        let merged = self.sheet.over(&self.base, theirs);
        let stands = merged.differs_from(theirs).is_empty();
        let has_moved = !self.base.differs_from(theirs).is_empty();
        (!stands || !has_moved).then_some(merged)
    }
}
