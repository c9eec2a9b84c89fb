//! The file that somebody chose: as a browser brings it, and as a page carries it along.
//!
//! Owns how much of it is taken. Invariants: what is carried is the bytes as they came; no page of ours is larger than
//! the form that brings it back.

use std::path::Path;

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::StatusCode,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::vocab::Language;

use super::super::{form::Form, words as w};
use crate::{publish::wording::Phrase, transfer::Format};

/// The largest file: in letters that no form escapes (RFC 4648 §5) it takes 5.6 MB of a form's eight.
const BYTES: usize = 4 * 1024 * 1024;
/// Characters of a file's name that are kept: the last ones, which say its format.
const NAME: usize = 120;

/// A file, and what its sender calls it.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) bytes: Bytes,
}

impl Chosen {
    fn new(name: &str, bytes: impl Into<Bytes>) -> Self {
        let name: Vec<char> = name.chars().filter(|c| !c.is_control()).collect();
        Self {
            name: name[name.len().saturating_sub(NAME)..].iter().collect(),
            bytes: bytes.into(),
        }
    }

    /// As a page carried it; `None` where it is not what a page of ours carries.
    pub(super) fn carried(form: &Form) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(form.get("bytes")?).ok()?;
        let fits = (1..=BYTES).contains(&bytes.len());
        fits.then(|| Self::new(form.get("name").unwrap_or_default(), bytes))
    }

    /// As a page carries it.
    pub(super) fn letters(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.bytes)
    }

    /// What it is written in, by its name.
    pub(super) fn format(&self, language: Language) -> Result<Format, String> {
        let unknown = || w::IMPORT_NO_FORMAT.say(language, &[("name", &self.name)]);
        Format::of_path(Path::new(&self.name)).ok_or_else(unknown)
    }
}

/// Reads a form's parts (RFC 7578): its fields, and the file or why there is none.
pub(super) async fn read(request: Request) -> (Form, Result<Chosen, Phrase>) {
    let mut fields = Vec::new();
    let chosen = parts(request, &mut fields).await;
    (Form::of(fields), chosen)
}

async fn parts(request: Request, fields: &mut Vec<(String, String)>) -> Result<Chosen, Phrase> {
    let why = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => w::IMPORT_TOO_LARGE,
        _ => w::FILE_BROKEN,
    };
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| w::NO_FILE)?;
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(mut part) = parts.next_field().await.map_err(why)? {
        let field = part.name().unwrap_or_default().to_owned();
        if field != "file" {
            let value = String::from_utf8(part.bytes().await.map_err(why)?.into());
            fields.push((field, value.map_err(|_| w::FILE_BROKEN)?));
            continue;
        }
        name = part.file_name().unwrap_or_default().to_owned();
        while let Some(chunk) = part.chunk().await.map_err(why)? {
            if bytes.len() + chunk.len() > BYTES {
                return Err(w::IMPORT_TOO_LARGE);
            }
            bytes.extend_from_slice(&chunk);
        }
    }
    match bytes.is_empty() {
        true => Err(w::NO_FILE),
        false => Ok(Chosen::new(&name, bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::console::FORM_BYTES;

    #[test]
    fn the_largest_file_fits_into_a_form_and_comes_back_as_it_was() {
        let all: Vec<u8> = (0..=u8::MAX).cycle().take(BYTES).collect();
        let chosen = Chosen::new("表<\0\n>.xlsx", all);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("bytes", &chosen.letters());
        form.append_pair("name", &chosen.name);
        let body = form.finish();
        assert!(body.len() + 64 * 1024 < FORM_BYTES, "{}", body.len());
        let back = Chosen::carried(&Form::read(body.as_bytes())).unwrap();
        assert_eq!(
            (back.name.as_str(), &back.bytes),
            ("表<>.xlsx", &chosen.bytes)
        );
    }

    #[test]
    fn what_no_page_carries_is_no_file() {
        let too_large = "A".repeat((BYTES + 3) / 3 * 4);
        for letters in ["", "A", "+/+/", "AA==", "中", &too_large] {
            let fields = [("bytes", letters), ("name", "a.csv")];
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert!(Chosen::carried(&Form::of(fields)).is_none());
        }
        assert!(Chosen::carried(&Form::default()).is_none());
    }

    #[test]
    fn a_long_name_keeps_the_end_that_says_its_format() {
        let long = Chosen::new(&format!("{}.CSV", "名".repeat(500)), vec![0]);
        assert_eq!(long.name.chars().count(), NAME);
        assert_eq!(long.format(Language::Zh), Ok(Format::Csv));
        for name in ["", "表", "表.xls", "csv", "表.xlsx.exe"] {
            let why = Chosen::new(name, vec![0]).format(Language::Zh).unwrap_err();
            assert!(why.contains(name), "{why}");
        }
    }
}
