//! The paths that a Rust source names, without a compiler: a tokenizer and a walk through `use` trees.

/// A path as it was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// From this crate's root: `crate::domain::when` gives `domain`, `when`.
    Here(Vec<String>),
    /// From anywhere else: its first word may be a crate.
    Elsewhere(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `::`
    Into,
    Open,
    Close,
    Other(char),
}

/// All paths of a file that stands in the modules `inside` (its own included).
pub(super) fn paths(text: &str, inside: &[String]) -> Vec<Found> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    // For each open brace whether it opened an inline module.
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Word(word) if word == "use" || word == "mod" || word == "extern" => {
                at += 1;
                if word == "mod" && tokens.get(at + 1) == Some(&Token::Open) {
                    braces.push(true);
                    at += 2;
                } else if word == "use" {
                    let depth = inside.len() + braces.iter().filter(|module| **module).count();
                    at = tree(&tokens, at, &mut Vec::new(), depth, &mut found);
                }
            }
            Token::Word(_) => {
                let depth = inside.len() + braces.iter().filter(|module| **module).count();
                let (path, next) = path(&tokens, at);
                if path.len() > 1 {
                    found.extend(resolved(&path, depth));
                }
                at = next;
            }
            Token::Open => {
                braces.push(false);
                at += 1;
            }
            Token::Close => {
                braces.pop();
                at += 1;
            }
            Token::Into | Token::Other(_) => at += 1,
        }
    }
    found
}

/// `a::b::c` as far as it goes.
fn path(tokens: &[Token], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let Some(Token::Word(word)) = tokens.get(at) {
        path.push(word.clone());
        at += 1;
        match (tokens.get(at), tokens.get(at + 1)) {
            (Some(Token::Into), Some(Token::Word(_))) => at += 1,
            _ => break,
        }
    }
    (path, at)
}

/// A `use` tree under a prefix; returns where it ends.
fn tree(
    tokens: &[Token],
    mut at: usize,
    prefix: &mut Vec<String>,
    depth: usize,
    found: &mut Vec<Found>,
) -> usize {
    let length = prefix.len();
    if tokens.get(at) == Some(&Token::Into) {
        at += 1;
    }
    loop {
        match tokens.get(at) {
            Some(Token::Word(word)) if word == "as" => at += 2,
            Some(Token::Word(word)) => {
                prefix.push(word.clone());
                at += 1;
                if tokens.get(at) == Some(&Token::Into) {
                    at += 1;
                    continue;
                }
                found.extend(resolved(prefix, depth));
            }
            Some(Token::Other('*')) => {
                prefix.push("*".to_owned());
                found.extend(resolved(prefix, depth));
                at += 1;
            }
            Some(Token::Open) => {
                at += 1;
                while !matches!(tokens.get(at), Some(Token::Close) | None) {
                    at = tree(tokens, at, prefix, depth, found);
                    if tokens.get(at) == Some(&Token::Other(',')) {
                        at += 1;
                    }
                }
                at += 1;
            }
            _ => break,
        }
        if !matches!(tokens.get(at), Some(Token::Word(word)) if word == "as") {
            break;
        }
    }
    prefix.truncate(length);
    at
}

/// `depth` is how many modules deep the path stands.
fn resolved(path: &[String], depth: usize) -> Option<Found> {
    let here = |path: &[String]| (!path.is_empty()).then(|| Found::Here(path.to_vec()));
    match path[0].as_str() {
        "crate" => here(&path[1..]),
        "self" | "Self" => None,
        "super" => {
            let up = path.iter().take_while(|word| *word == "super").count();
            // Below the root it stays within its own top module, or a glob names nothing above.
            if up < depth { None } else { here(&path[up..]) }
        }
        _ => Some(Found::Elsewhere(path.to_vec())),
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let next = chars.get(at + 1).copied();
        match chars[at] {
            '/' if next == Some('/') => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
            }
            '/' if next == Some('*') => at = after_comment(&chars, at),
            '"' => at = after_string(&chars, at),
            'r' if raw_string(&chars, at).is_some() => {
                at = raw_string(&chars, at).expect("asked just before");
            }
            '\'' => at = after_quote(&chars, at),
            ':' if next == Some(':') => {
                tokens.push(Token::Into);
                at += 2;
            }
            '{' => {
                tokens.push(Token::Open);
                at += 1;
            }
            '}' => {
                tokens.push(Token::Close);
                at += 1;
            }
            c if c.is_alphabetic() || c == '_' => {
                let start = at;
                while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                    at += 1;
                }
                tokens.push(Token::Word(chars[start..at].iter().collect()));
            }
            c if c.is_whitespace() => at += 1,
            c => {
                tokens.push(Token::Other(c));
                at += 1;
            }
        }
    }
    tokens
}

fn after_comment(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    break;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn after_string(chars: &[char], mut at: usize) -> usize {
    at += 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Where `r"…"` or `r#"…"#` ends; `None` when it is none.
fn raw_string(chars: &[char], at: usize) -> Option<usize> {
    if at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_') && chars[at - 1] != 'b' {
        return None;
    }
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let close = chars[open + 1..]
        .windows(end.len())
        .position(|part| part == end)?;
    Some(open + 1 + close + end.len())
}

/// A character ends with a quote, a lifetime does not.
fn after_quote(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let mut end = at + 3;
            while end < chars.len() && chars[end] != '\'' {
                end += 1;
            }
            end + 1
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}
