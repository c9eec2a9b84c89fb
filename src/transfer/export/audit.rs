//! The audit as it is shown: an entry in JSON, as a line of JSON, as a row of a table.
//!
//! Invariant: a cell is never a formula, and an instant is a text with its offset, which no table program takes for a date
//! of its own.

use serde_json::{Value, json};

use crate::{domain::dates::instant, store::audit::Entry, transfer::formula::guarded};

const COLUMNS: [&str; 12] = [
    "id", "at", "actor_id", "actor", "role", "action", "subject", "outcome", "reason", "fields",
    "times", "position",
];

/// An entry as the API answers it.
#[must_use]
pub fn entry(entry: &Entry) -> Value {
    let fields: Vec<&str> = entry
        .fields
        .split(',')
        .filter(|field| !field.is_empty())
        .collect();
    json!({
        "id": entry.id, "at": instant::text(entry.at), "actor_id": entry.actor_id, "role": entry.role,
        "action": entry.action, "subject": entry.subject, "outcome": entry.outcome, "reason": entry.reason,
        "fields": fields, "times": entry.times, "position": entry.position, "request": entry.request,
    })
}

/// An entry on a line.
#[must_use]
pub fn line(of: &Entry) -> String {
    format!("{}\n", entry(of))
}

/// What stands over the table, behind the mark that has spreadsheets read UTF-8.
#[must_use]
pub fn head() -> String {
    format!("\u{feff}{},request\r\n", COLUMNS.join(","))
}

/// A row of the table; `actor` is what they are called, where somebody knows.
#[must_use]
pub fn row(entry: &Entry, actor: &str) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        entry.id.clone(),
        instant::text(entry.at),
        text(&entry.actor_id),
        actor.to_owned(),
        text(&entry.role),
        entry.action.clone(),
        text(&entry.subject),
        entry.outcome.clone(),
        text(&entry.reason),
        entry.fields.clone(),
        entry.times.to_string(),
        text(&entry.position.map(|position| position.to_string())),
        text(&entry.request),
    ];
    let mut row = cells.map(|cell| quoted(&guarded(&cell))).join(",");
    row.push_str("\r\n");
    row
}

/// RFC 4180 §2: a cell with a comma, a quote or a line's end stands in quotes.
fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn example() -> Entry {
        Entry {
            id: "aud_1".to_owned(),
            at: DateTime::UNIX_EPOCH,
            actor_id: Some("tok_1".to_owned()),
            role: Some("office".to_owned()),
            action: "activity.update".to_owned(),
            subject: Some("act_1".to_owned()),
            outcome: "done".to_owned(),
            reason: None,
            fields: "/title/zh,/when".to_owned(),
            times: 1,
            position: Some(7),
            request: None,
        }
    }

    #[test]
    fn a_row_has_a_cell_for_each_column_and_none_is_a_formula() {
        for name in ["=cmd()", "+1", "-1", "@x", "a \"b\", c"] {
            let row = row(&example(), name);
            let mut table = csv::ReaderBuilder::new().from_reader(row.as_bytes());
            let cells = table.headers().unwrap();
            assert_eq!(cells.len(), COLUMNS.len() + 1);
            assert!(!cells[3].starts_with(['=', '+', '-', '@']), "{row}");
            assert_eq!(&cells[9], "/title/zh,/when");
        }
        assert!(head().starts_with('\u{feff}'));
    }

    #[test]
    fn an_entry_in_json_has_its_fields_as_a_list() {
        let shown = entry(&example());
        assert_eq!(shown["fields"], json!(["/title/zh", "/when"]));
        assert_eq!(shown["at"], "1970-01-01T08:00:00+08:00");
        assert!(line(&example()).ends_with("}\n"));
    }
}
