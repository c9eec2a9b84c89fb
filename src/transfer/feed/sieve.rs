//! A feed's XML, looked over before a parser of feeds sees it.
//!
//! Owns the limits and what is left out: the parser that follows recurses into groups of media and copies their titles
//! into each other, compares the attributes of an element in pairs, and looks at entities as text.
//! Invariant: what is handed on is well-formed, bounded in depth, elements and attributes, in UTF-8, and declares no
//! entities.

use quick_xml::{
    NsReader, Writer,
    events::{BytesStart, Event},
    name::ResolveResult,
};

use crate::transfer::row::{ROWS_MAX, short};

/// Deep enough for a page inside an item.
const DEPTH_MAX: usize = 64;
/// Forty for each of the items that a feed may have.
const ELEMENTS_MAX: usize = 200_000;
/// More than the elements of any vocabulary that feeds use.
const ATTRIBUTES_MAX: usize = 100;

/// Pictures and sound: nothing of it becomes an activity.
const LEFT_OUT: [&str; 3] = [
    "http://search.yahoo.com/mrss/",
    "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "https://podcastindex.org/namespace/1.0",
];

/// What passed.
pub(super) struct Sieved {
    /// The document.
    pub xml: Vec<u8>,
    /// How many items it has.
    pub items: usize,
}

/// Looks over a document.
///
/// # Errors
/// What is wrong with it, and on which line.
pub(super) fn sieve(text: &str) -> Result<Sieved, String> {
    let mut reader = NsReader::from_str(text);
    let mut writer = Writer::new(Vec::with_capacity(text.len()));
    let (mut depth, mut elements, mut items) = (0usize, 0usize, 0usize);
    let mut left_out: Option<usize> = None;
    loop {
        let begins = reader.buffer_position();
        let on_line = |at: u64, why: &str| format!("line {}: {why}", line(text, at));
        let (is_out, event) = match reader.read_resolved_event() {
            Ok((namespace, event)) => (is_left_out(&namespace), event),
            Err(error) => {
                let why = format!("is no XML that can be read: {}", short(&error.to_string()));
                return Err(on_line(reader.error_position(), &why));
            }
        };
        if let Event::Start(element) | Event::Empty(element) = &event {
            elements += 1;
            let mut attributes = element.attributes();
            let attributes = attributes.with_checks(false).take(ATTRIBUTES_MAX + 1);
            if attributes.count() > ATTRIBUTES_MAX {
                let why = format!("an element has more than {ATTRIBUTES_MAX} attributes");
                return Err(on_line(begins, &why));
            }
            if elements > ELEMENTS_MAX {
                let why = format!("there are more than {ELEMENTS_MAX} elements");
                return Err(on_line(begins, &why));
            }
            let name = element.local_name();
            if left_out.is_none() && matches!(name.as_ref(), "item" | "entry") {
                items += 1;
                if items > ROWS_MAX {
                    let why = format!("there are more than {ROWS_MAX} items");
                    return Err(on_line(begins, &why));
                }
            }
        }
        let mut passes = left_out.is_none();
        match &event {
            Event::Start(_) => {
                depth += 1;
                if depth > DEPTH_MAX {
                    let why = format!("elements are nested more than {DEPTH_MAX} deep");
                    return Err(on_line(begins, &why));
                }
                if passes && is_out {
                    (left_out, passes) = (Some(depth), false);
                }
            }
            Event::End(_) => {
                if left_out == Some(depth) {
                    left_out = None;
                }
                depth = depth.saturating_sub(1);
            }
            Event::Empty(_) => passes &= !is_out,
            Event::DocType(doctype) if doctype.contains('[') => {
                return Err(on_line(
                    begins,
                    "the document type declares entities of its own",
                ));
            }
            Event::DocType(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => passes = false,
            Event::Eof if depth > 0 => {
                return Err(on_line(begins, "the document ends before its elements do"));
            }
            Event::Eof => break,
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {}
        }
        if passes {
            let event = match event {
                Event::Start(root) if depth == 1 && root.name().as_ref() == "rss" => {
                    Event::Start(as_rss_2(&root))
                }
                event => event,
            };
            writer
                .write_event(event)
                .map_err(|error| format!("could not be written anew: {error}"))?;
        }
    }
    Ok(Sieved {
        xml: writer.into_inner(),
        items,
    })
}

fn is_left_out(namespace: &ResolveResult<'_>) -> bool {
    matches!(namespace, ResolveResult::Bound(name) if LEFT_OUT.contains(&name.as_ref()))
}

/// RSS 0.91 to 0.94 are RSS 2.0 with less in it; the parser knows some of their numbers only.
fn as_rss_2(root: &BytesStart<'_>) -> BytesStart<'static> {
    let mut known = BytesStart::new("rss");
    let others = root
        .attributes()
        .filter_map(Result::ok)
        .filter(|attribute| attribute.key.as_ref() != "version");
    known.extend_attributes(others);
    known.push_attribute(("version", "2.0"));
    known
}

/// The line of an offset, counted from 1.
fn line(text: &str, at: u64) -> usize {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    1 + text.as_bytes()[..at]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}
