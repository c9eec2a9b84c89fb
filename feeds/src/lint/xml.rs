//! What stands in RSS and Atom.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};

use super::{Fault, Format, Seen, SeenEntry};

/// Names are compared with the prefixes that documents are written with; that each is declared is looked at here too.
pub(super) fn read(format: Format, document: &str) -> Result<Seen, Fault> {
    if let Some(c) = document.chars().find(|c| !is_char(*c)) {
        return Err(Fault::of(format!("{c:?} may not stand in XML")));
    }
    let mut reader = NsReader::from_str(document);
    let mut walk = Walk::new(format);
    loop {
        let event = reader.read_event().map_err(|error| malformed(&error))?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                declared(&reader, start)?;
                walk.open(start)?;
                if matches!(event, Event::Empty(_)) {
                    walk.close();
                }
            }
            Event::End(_) => walk.close(),
            Event::Text(text) => {
                let text = text.decode().map_err(|error| malformed(&error))?;
                walk.text.push_str(&text);
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| malformed(&error))?;
                walk.text.push_str(&text);
            }
            Event::GeneralRef(reference) => walk.text.push_str(&resolved(&reference)?),
            Event::Eof => return walk.end(),
            Event::DocType(_) => return Err(Fault::of("the document declares a type")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// XML 1.0 §2.2.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn malformed(error: &dyn std::error::Error) -> Fault {
    Fault::of(format!("the document is not well-formed: {error}"))
}

fn declared(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), Fault> {
    if let (ResolveResult::Unknown(prefix), _) = reader.resolver().resolve_element(start.name()) {
        let prefix = String::from_utf8_lossy(&prefix).into_owned();
        return Err(Fault::of(format!("the prefix {prefix:?} is not declared")));
    }
    Ok(())
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, Fault> {
    let character = reference
        .resolve_char_ref()
        .map_err(|error| malformed(&error))?;
    if let Some(c) = character {
        return match is_char(c) {
            true => Ok(c.to_string()),
            false => Err(Fault::of(format!("{c:?} may not stand in XML"))),
        };
    }
    let name = reference.decode().map_err(|error| malformed(&error))?;
    quick_xml::escape::resolve_xml_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| Fault::of(format!("nobody knows &{name};")))
}

/// The way through a document.
struct Walk {
    format: Format,
    /// The elements that are open.
    path: Vec<String>,
    /// What was read since the last one began.
    text: String,
    seen: Seen,
    has_root: bool,
}

impl Walk {
    fn new(format: Format) -> Self {
        Self {
            format,
            path: Vec::new(),
            text: String::new(),
            seen: Seen::default(),
            has_root: false,
        }
    }

    fn entry(&self) -> &'static str {
        match self.format {
            Format::Rss => "item",
            Format::Atom | Format::Json => "entry",
        }
    }

    fn in_entry(&self) -> bool {
        self.path.iter().any(|name| name == self.entry())
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        if self.path.is_empty() {
            let root = match self.format {
                Format::Rss => "rss",
                Format::Atom | Format::Json => "feed",
            };
            if name != root || self.has_root {
                return Err(Fault::of(format!("the document begins with <{name}>")));
            }
            self.has_root = true;
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| malformed(&error))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| malformed(&error))?;
            let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            attributes.push((key, value.into_owned()));
        }
        let value = |key: &str| {
            let found = attributes.iter().find(|(name, _)| name == key);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        if name == self.entry() {
            self.seen.entries.push(SeenEntry::default());
        }
        let is_enclosure = name == "enclosure" || value("rel") == "enclosure";
        if name.ends_with("link") && !value("href").is_empty() {
            let url = value("href");
            self.seen.urls.push(url.clone());
            let in_entry = self.in_entry();
            match (value("rel").as_str(), self.seen.entries.last_mut()) {
                ("self", _) if !in_entry => self.seen.self_urls.push(url),
                ("alternate", Some(entry)) if in_entry => entry.link = url,
                _ => {}
            }
        }
        if name == "feed" {
            self.seen.language = value("xml:lang");
        }
        if name == "guid" && value("isPermaLink") != "false" {
            return Err(Fault::of("an entry's id says that it is an address"));
        }
        if is_enclosure && let Some(entry) = self.seen.entries.last_mut() {
            entry.enclosures += 1;
        }
        if name == "category" {
            let vocabulary = value(match self.format {
                Format::Rss => "domain",
                Format::Atom | Format::Json => "scheme",
            });
            self.seen.urls.push(vocabulary);
        }
        self.path.push(name);
        self.text.clear();
        Ok(())
    }

    fn close(&mut self) {
        let in_entry = self.in_entry();
        let Some(name) = self.path.pop() else { return };
        let text = std::mem::take(&mut self.text);
        let parent = self.path.last().map(String::as_str);
        let of_image = parent == Some("image");
        match (name.as_str(), in_entry) {
            ("url" | "logo" | "icon" | "dcterms:isVersionOf", _) => self.seen.urls.push(text),
            ("link", true) if !text.is_empty() => {
                self.seen.urls.push(text.clone());
                self.of_entry(|entry| entry.link = text);
            }
            ("link", false) if !text.is_empty() => self.seen.urls.push(text),
            ("title", false) if !of_image => self.seen.title = text,
            ("title", true) => self.of_entry(|entry| entry.title = text),
            ("language", false) => self.seen.language = text,
            ("guid", true) => self.of_entry(|entry| entry.id = text),
            ("id", true) => self.of_entry(|entry| entry.id = text),
            ("id", false) => self.seen.id = text,
            ("pubDate" | "published", true) => self.of_entry(|entry| entry.date = text),
            ("lastBuildDate" | "updated", false) => self.seen.updated = Some(text),
            _ => {}
        }
    }

    fn of_entry(&mut self, change: impl FnOnce(&mut SeenEntry)) {
        if let Some(entry) = self.seen.entries.last_mut() {
            change(entry);
        }
    }

    fn end(self) -> Result<Seen, Fault> {
        if !self.path.is_empty() || !self.has_root {
            return Err(Fault::of("the document has no end"));
        }
        Ok(self.seen)
    }
}
