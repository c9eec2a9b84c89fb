//! What a form sent.
//!
//! Invariant: nothing of it is trusted: names and values are texts, kept in the order that they came in. None holds NUL,
//! which no database of ours takes.

/// Fields read at most: no form of ours has a tenth of them, and each may become a field of a page.
pub(super) const MOST: usize = 5_000;

/// Names and values of a form, or of a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` (WHATWG URL §5.1); line breaks are single ones afterwards.
    pub(super) fn read(body: &[u8]) -> Self {
        Self::of(url::form_urlencoded::parse(body))
    }

    /// The same of fields that were read otherwise.
    pub(super) fn of<T: AsRef<str>>(sent: impl IntoIterator<Item = (T, T)>) -> Self {
        let plain = |text: &T| text.as_ref().replace('\0', "");
        let sent = sent.into_iter().take(MOST);
        Self(
            sent.map(|(name, value)| (plain(&name), plain(&value).replace("\r\n", "\n")))
                .collect(),
        )
    }

    /// The first value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(sent, _)| sent == name)
            .map(|(_, value)| value.as_str())
    }

    /// All names and values.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}
