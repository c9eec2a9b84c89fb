//! iCalendar content lines (RFC 5545 §3.1, RFC 6868), written octet by octet.
//!
//! Owns escaping, quoting and folding. Refuses to know which properties exist.
//!
//! Invariant: whatever a value holds, it stays in its own content line: names are compiled in,
//! values are cleaned and escaped, no line is longer than 75 octets and no character is cut.
//! Time is linear in the length of the value.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use crate::slot::shanghai;
use crate::text::{cleaned, is_itself};

/// RFC 5545 §3.1: "Lines of text SHOULD NOT be longer than 75 octets, excluding the line break".
const OCTETS: usize = 75;

/// A document in the making.
#[derive(Debug, Default)]
pub struct ContentLines {
    out: Vec<u8>,
}

impl ContentLines {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty document with room for so many octets.
    pub fn with_room(octets: usize) -> Self {
        Self {
            out: Vec::with_capacity(octets),
        }
    }

    /// `BEGIN:component`.
    pub fn begin(&mut self, component: &'static str) {
        self.property("BEGIN").word(component);
    }

    /// `END:component`.
    pub fn end(&mut self, component: &'static str) {
        self.property("END").word(component);
    }

    /// Starts a content line; one of the value methods of [`Line`] finishes it.
    pub fn property(&mut self, name: &'static str) -> Line<'_> {
        let mut line = Line {
            out: &mut self.out,
            octets: 0,
        };
        line.put(name);
        line
    }

    /// Appends lines that another writer finished.
    pub fn append(&mut self, finished: &[u8]) {
        self.out.extend_from_slice(finished);
    }

    /// The octets written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }
}

/// One content line whose value is still to come.
#[must_use = "a content line without a value is not one"]
#[derive(Debug)]
pub struct Line<'a> {
    out: &'a mut Vec<u8>,
    /// In the physical line that is being filled.
    octets: usize,
}

impl Line<'_> {
    /// A parameter with a free text as its value (RFC 6868 escapes, quoted unless plain).
    ///
    /// A backslash becomes a slash: RFC 5545 gives it no meaning here, but readers exist that take
    /// it for an escape and then miss the closing quote.
    pub fn param(mut self, name: &'static str, value: &str) -> Self {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_');
        let quote = if !value.is_empty() && value.chars().all(plain) {
            ""
        } else {
            "\""
        };
        self.put(";");
        self.put(name);
        self.put("=");
        self.put(quote);
        let is_special = |c| matches!(c, '\n' | '^' | '"' | '\\');
        self.put_runs(
            value,
            |c| is_itself(c) && !is_special(c),
            |line, others| {
                for c in cleaned(others) {
                    match c {
                        '\n' => line.put("^n"),
                        '^' => line.put("^^"),
                        '"' => line.put("^'"),
                        '\\' => line.put("/"),
                        c => line.put_char(c),
                    }
                }
            },
        );
        self.put(quote);
        self
    }

    /// A parameter whose values are words of the format.
    pub fn param_words(mut self, name: &'static str, words: &[&'static str]) -> Self {
        self.put(";");
        self.put(name);
        self.put("=");
        for (i, word) in words.iter().enumerate() {
            if i > 0 {
                self.put(",");
            }
            self.put(word);
        }
        self
    }

    /// A value that is a word of the format.
    pub fn word(mut self, word: &'static str) {
        self.put(":");
        self.put(word);
        self.finish();
    }

    /// A DURATION before something (RFC 5545 §3.3.6).
    pub fn minutes_before(mut self, minutes: u32) {
        self.put(&format!(":-PT{minutes}M"));
        self.finish();
    }

    /// A TEXT value (RFC 5545 §3.3.11).
    pub fn text(mut self, text: &str) {
        self.put(":");
        self.put_text(text);
        self.finish();
    }

    /// A list of TEXT values: each escaped, then joined.
    pub fn texts<'t>(mut self, texts: impl IntoIterator<Item = &'t str>) {
        self.put(":");
        for (i, text) in texts.into_iter().enumerate() {
            if i > 0 {
                self.put(",");
            }
            self.put_text(text);
        }
        self.finish();
    }

    /// A URI: what a URI cannot hold is percent-encoded, control characters go.
    pub fn uri(mut self, uri: &str) {
        self.put(":");
        let needs_encoding = |c| {
            matches!(
                c,
                ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'
            )
        };
        self.put_runs(
            uri,
            |c| c.is_ascii_graphic() && !needs_encoding(c),
            |line, others| {
                for c in others.chars().filter(|c| !c.is_control()) {
                    for octet in c.encode_utf8(&mut [0; 4]).bytes() {
                        line.put(&format!("%{octet:02X}"));
                    }
                }
            },
        );
        self.finish();
    }

    /// A DATE.
    pub fn date(mut self, date: NaiveDate) {
        self.put(":");
        self.put_date(&date);
        self.finish();
    }

    /// A DATE-TIME in UTC, to the second.
    pub fn utc(mut self, instant: DateTime<Utc>) {
        self.put(":");
        self.put_date_time(&instant);
        self.put("Z");
        self.finish();
    }

    /// A DATE-TIME as clocks in Asia/Shanghai show it, with its TZID.
    pub fn shanghai(self, instant: DateTime<Utc>) {
        let mut line = self.param_words("TZID", &["Asia/Shanghai"]);
        line.put(":");
        line.put_date_time(&shanghai(instant));
        line.finish();
    }

    /// An INTEGER.
    pub fn integer(mut self, value: u32) {
        self.put(":");
        self.put(&value.to_string());
        self.finish();
    }

    /// Degrees joined by a semicolon, as GEO wants them (RFC 5545 §3.8.1.6).
    pub fn degrees(mut self, latitude: f64, longitude: f64) {
        self.put(":");
        self.put(&format!("{latitude:.6};{longitude:.6}"));
        self.finish();
    }

    fn put_date_time(&mut self, t: &(impl Datelike + Timelike)) {
        self.put_date(t);
        self.put("T");
        for part in [t.hour(), t.minute(), t.second()] {
            self.put_digits::<2>(part);
        }
    }

    fn put_date(&mut self, t: &impl Datelike) {
        self.put_digits::<4>(t.year().unsigned_abs());
        self.put_digits::<2>(t.month());
        self.put_digits::<2>(t.day());
    }

    /// The last digits of a number, zeros before them.
    fn put_digits<const COUNT: usize>(&mut self, mut number: u32) {
        let mut digits = [b'0'; COUNT];
        for digit in digits.iter_mut().rev() {
            *digit += (number % 10) as u8;
            number /= 10;
        }
        self.put(str::from_utf8(&digits).expect("digits are ASCII"));
    }

    fn put_text(&mut self, text: &str) {
        let is_special = |c| matches!(c, '\n' | '\\' | ';' | ',');
        self.put_runs(
            text,
            |c| is_itself(c) && !is_special(c),
            |line, others| {
                for c in cleaned(others) {
                    match c {
                        '\n' => line.put("\\n"),
                        '\\' => line.put("\\\\"),
                        ';' => line.put("\\;"),
                        ',' => line.put("\\,"),
                        c => line.put_char(c),
                    }
                }
            },
        );
    }

    /// Writes runs of characters that stand for themselves as they are; what stands between them is left to `others`.
    fn put_runs(
        &mut self,
        mut text: &str,
        is_plain: impl Fn(char) -> bool,
        others: impl Fn(&mut Self, &str),
    ) {
        while !text.is_empty() {
            let (run, rest) = text.split_at(text.find(|c| !is_plain(c)).unwrap_or(text.len()));
            self.put_run(run);
            let (between, rest) = rest.split_at(rest.find(&is_plain).unwrap_or(rest.len()));
            others(self, between);
            text = rest;
        }
    }

    /// Writes octets that may be folded between any two characters.
    fn put_run(&mut self, mut run: &str) {
        while self.octets + run.len() > OCTETS {
            let (fitting, rest) = run.split_at(run.floor_char_boundary(OCTETS - self.octets));
            self.out.extend_from_slice(fitting.as_bytes());
            self.out.extend_from_slice(b"\r\n ");
            self.octets = 1;
            run = rest;
        }
        self.out.extend_from_slice(run.as_bytes());
        self.octets += run.len();
    }

    fn put_char(&mut self, c: char) {
        self.put(c.encode_utf8(&mut [0; 4]));
    }

    /// Writes octets that stay in one physical line: names, words, one character, one escape.
    fn put(&mut self, unbroken: &str) {
        if self.octets + unbroken.len() > OCTETS {
            self.out.extend_from_slice(b"\r\n ");
            self.octets = 1;
        }
        self.out.extend_from_slice(unbroken.as_bytes());
        self.octets += unbroken.len();
    }

    fn finish(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests;
