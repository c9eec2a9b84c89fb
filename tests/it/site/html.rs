//! Just enough of HTML to follow our own pages. Invariant: it fails on markup that we do not write.

/// The values of an attribute, unescaped, in the page's order.
pub(super) fn attributes(html: &str, name: &str) -> Vec<String> {
    let opening = format!(" {name}=\"");
    html.split(opening.as_str())
        .skip(1)
        .map(|rest| unescaped(rest.split_once('"').unwrap().0))
        .collect()
}

/// What stands between two markers; the test fails where they do not stand.
#[track_caller]
pub(super) fn between<'h>(html: &'h str, start: &str, end: &str) -> &'h str {
    let (_, rest) = html
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start:?} in {html}"));
    rest.split_once(end)
        .unwrap_or_else(|| panic!("no {end:?} after {start:?} in {html}"))
        .0
}

/// The text with a space for each tag, and never two together.
pub(super) fn text(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    unescaped(&text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The text without XML's and HTML's escapes.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&#60;", "<")
        .replace("&gt;", ">")
        .replace("&#62;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .replace("&#38;", "&")
}
