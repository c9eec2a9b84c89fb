//! `webhooks verify`.

use std::{io::Read, path::Path};

use anyhow::Context;

use super::Verify;
use crate::deliver::sign::{self, Signed};

/// Says whether a saved message is genuine; its age is told, not judged.
pub(super) fn run(asked: &Verify) -> anyhow::Result<()> {
    let headers = read(&asked.headers)?;
    let headers = String::from_utf8_lossy(&headers);
    let body = read(&asked.body)?;
    let signed = Signed {
        id: header(&headers, "webhook-id"),
        timestamp: header(&headers, "webhook-timestamp"),
        signature: header(&headers, "webhook-signature"),
    };
    sign::verify(&asked.secret.0, signed, &body, None)?;
    println!(
        "genuine: {} of {} bytes, sent at {}",
        signed.id.unwrap_or_default(),
        body.len(),
        signed.timestamp.unwrap_or_default()
    );
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn header<'a>(headers: &'a str, name: &str) -> Option<&'a str> {
    headers.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim())
    })
}
