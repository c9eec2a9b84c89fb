//! Where a cell stands, for whoever has to mend it.
//!
//! Owns pointers into tables and the names of cells; refuses to know what is in them. Invariant: a fault names its
//! cell as the sender's own program shows it.

use crate::transfer::row::short;

/// The columns of a table that mean something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::transfer) struct Heads {
    /// The sheet of a workbook; a CSV file has none.
    pub sheet: Option<String>,
    /// The columns.
    pub columns: Vec<Head>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::transfer) struct Head {
    /// Its place, counted from 0.
    pub index: usize,
    /// What it means.
    pub column: &'static str,
    /// What stands above it.
    pub heading: String,
}

/// The columns that a field of an activity comes from; the longest prefix counts, and the first column that is there.
const FIELDS: [(&str, &[&str]); 17] = [
    ("/title/en", &["title_en"]),
    ("/title", &["title_zh"]),
    ("/summary/en", &["summary_en"]),
    ("/summary", &["summary_zh"]),
    ("/when/ends", &["ends", "when", "starts"]),
    ("/when/starts", &["starts", "when"]),
    ("/when", &["when", "starts"]),
    ("/venue/name/en", &["venue_en"]),
    ("/venue", &["venue_zh"]),
    (
        "/organizers",
        &[
            "organizers",
            "co_host",
            "organizer",
            "co_organizer",
            "supporter",
        ],
    ),
    ("/contact/email", &["contact_email"]),
    ("/contact/phone", &["contact_phone"]),
    ("/contact", &["contact_name"]),
    ("/sources/0/url", &["source_url"]),
    ("/sources/0/stated_on", &["stated_on"]),
    ("/sources", &["source_title"]),
    ("/history", &["stated_on"]),
];

/// A sheet's name as a part of a pointer (RFC 6901).
pub(super) fn escaped(sheet: &str) -> String {
    sheet.replace('~', "~0").replace('/', "~1")
}

/// The pointer of a column that has no field of its own, or no name: `/columns/7`.
pub(super) fn of_column(index: usize) -> String {
    format!("/columns/{index}")
}

/// The field that a column fills, as its faults name it.
pub(super) fn field(column: &str) -> Option<&'static str> {
    // The end of a span that stands in one cell has no column of its own.
    FIELDS
        .iter()
        .find(|(_, columns)| columns[0] == column)
        .map(|(field, _)| *field)
}

impl Heads {
    /// The place of a field or a column in a line.
    pub(in crate::transfer) fn pointer(&self, line: u64, at: &str) -> String {
        let row = match &self.sheet {
            None => format!("/lines/{line}"),
            Some(sheet) => format!("/sheets/{}/{line}", escaped(sheet)),
        };
        let cell = match (self.place(at), &self.sheet) {
            (Place::Row, _) => return row,
            (Place::Nameless(_), None) => return row,
            (Place::Nameless(index), Some(_)) => letters(index),
            (Place::Head(head), None) => head.column.to_owned(),
            (Place::Head(head), Some(_)) => letters(head.index),
            (Place::Absent(column), _) => column.to_owned(),
        };
        format!("{row}/{cell}")
    }

    /// The cell as a spreadsheet calls it, with its heading; nothing for a CSV file, whose pointers say it all.
    pub(in crate::transfer) fn name(&self, line: u64, at: &str) -> Option<String> {
        let sheet = self.sheet.as_ref()?.replace('\'', "''");
        Some(match self.place(at) {
            Place::Row => format!("'{sheet}'!{line}"),
            Place::Nameless(index) => format!("'{sheet}'!{}{line}", letters(index)),
            Place::Head(head) => format!(
                "'{sheet}'!{}{line} ({})",
                letters(head.index),
                short(&head.heading)
            ),
            Place::Absent(column) => format!("'{sheet}'!{line} ({column})"),
        })
    }

    fn place<'a>(&'a self, at: &'a str) -> Place<'a> {
        let of = |column: &str| self.columns.iter().find(|head| head.column == column);
        if let Some(index) = at
            .strip_prefix("/columns/")
            .and_then(|index| index.parse().ok())
        {
            return match self.columns.iter().find(|head| head.index == index) {
                Some(head) => Place::Head(head),
                None => Place::Nameless(index),
            };
        }
        let fields = FIELDS.iter().filter(|(field, _)| at.starts_with(field));
        match fields.max_by_key(|(field, _)| field.len()) {
            Some((_, columns)) => columns
                .iter()
                .find_map(|column| of(column))
                .map_or(Place::Absent(columns[0]), Place::Head),
            None => match at.split('/').nth(1).unwrap_or_default() {
                "" => Place::Row,
                column => of(column).map_or(Place::Absent(column), Place::Head),
            },
        }
    }
}

enum Place<'a> {
    Row,
    Head(&'a Head),
    Absent(&'a str),
    Nameless(usize),
}

/// A column's letters: A, Z, AA.
pub(super) fn letters(index: usize) -> String {
    let (mut rest, mut letters) = (index + 1, Vec::new());
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).expect("less than 26");
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_a_spreadsheet() {
        for (index, expected) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (701, "ZZ"),
            (16_383, "XFD"),
        ] {
            assert_eq!(letters(index), expected);
        }
    }

    #[test]
    fn a_cell_is_named_by_sheet_row_and_column() {
        let mut heads = Heads {
            sheet: Some("活动/甲's".to_owned()),
            columns: vec![Head {
                index: 2,
                column: "when",
                heading: "活动时间".to_owned(),
            }],
        };
        assert_eq!(heads.pointer(5, "/when/starts"), "/sheets/活动~1甲's/5/C");
        assert_eq!(
            heads.name(5, "/when/ends").unwrap(),
            "'活动/甲''s'!C5 (活动时间)"
        );
        assert_eq!(heads.pointer(5, "/edition"), "/sheets/活动~1甲's/5/edition");
        assert_eq!(heads.pointer(5, "/columns/3"), "/sheets/活动~1甲's/5/D");
        assert_eq!(heads.pointer(5, ""), "/sheets/活动~1甲's/5");
        heads.sheet = None;
        assert_eq!(heads.pointer(5, "/when/starts"), "/lines/5/when");
        assert_eq!(heads.pointer(5, "/title/zh"), "/lines/5/title_zh");
        assert_eq!(heads.name(5, "/when"), None);
    }
}
