//! The archive that a workbook is, before anything of it is built.
//!
//! Owns every limit on bytes; refuses to know sheets. Invariant: whoever reads the workbook is handed those members
//! alone that were inflated and looked at here, and nothing inflates to more than [`INFLATED_MAX`].

use std::io::{Cursor, Read, Write};

use zip::{ZipArchive, ZipWriter, result::ZipError};

use super::scan::Scan;

/// Bytes of all members together, inflated, at most.
const INFLATED_MAX: u64 = 64 * 1024 * 1024;

/// Members at most.
const MEMBERS_MAX: usize = 1_000;

/// How an entry of an archive's directory begins.
const ENTRY: &[u8] = b"PK\x01\x02";

/// Folders whose members no table needs: they are counted and left where they are.
const OTHERS: [&str; 12] = [
    "docProps/",
    "customXml/",
    "/media/",
    "/drawings/",
    "/charts/",
    "/embeddings/",
    "/printerSettings/",
    "/theme/",
    "/pivotCache/",
    "/pivotTables/",
    "/externalLinks/",
    "/ctrlProps/",
];

/// A workbook that passed.
#[derive(Debug)]
pub(super) struct Passed {
    /// The archive, with its tables alone.
    pub bytes: Vec<u8>,
    /// The size of the largest member, inflated.
    pub largest: u64,
}

/// Looks at a file.
///
/// # Errors
/// Why it is not read, and what to do about it.
pub(super) fn check(bytes: &[u8]) -> Result<Passed, String> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(
            "the file is an old workbook (.xls) or has a password; save it as .xlsx without one"
                .to_owned(),
        );
    }
    if !bytes.starts_with(b"PK") {
        let is_text = |byte: &u8| *byte >= b' ' || b"\t\n\r".contains(byte);
        if !bytes.is_empty() && bytes.iter().all(is_text) {
            return Err(
                "the file is no workbook, but a text: send it as .csv, or save it as .xlsx"
                    .to_owned(),
            );
        }
        return Err("the file is no workbook: an .xlsx file is a zip archive".to_owned());
    }
    if entries(bytes) > MEMBERS_MAX {
        return Err(format!("the archive has more than {MEMBERS_MAX} members"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.has_duplicate_names() {
        return Err("the archive has two members of one name".to_owned());
    }
    other_programs(&archive)?;
    if archive.has_overlapping_entries().map_err(damaged)? {
        return Err("the archive has members that lie over each other".to_owned());
    }
    let mut inflated = 0;
    let mut largest = 0;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let (size, is_table) = look(&mut archive, index, INFLATED_MAX - inflated)?;
        inflated += size;
        if is_table {
            largest = largest.max(size);
            let raw = archive.by_index_raw(index).map_err(damaged)?;
            out.raw_copy_file(raw).map_err(damaged)?;
        }
    }
    let mut out = out.finish().map_err(damaged)?;
    out.flush().map_err(|error| damaged(error.into()))?;
    Ok(Passed {
        bytes: out.into_inner(),
        largest,
    })
}

/// Entries of the directory at most, before anybody makes room for what it announces.
fn entries(bytes: &[u8]) -> usize {
    let starts = bytes.windows(ENTRY.len()).filter(|window| *window == ENTRY);
    starts.take(MEMBERS_MAX + 1).count()
}

/// Inflates a member without keeping it; gives its size, and whether it may belong to a table.
fn look(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: u64,
) -> Result<(u64, bool), String> {
    let mut member = archive.by_index(index).map_err(damaged)?;
    let name = member.name().map_err(damaged)?.into_owned();
    if member.encrypted() {
        return Err("the workbook has a password; save it without one".to_owned());
    }
    let is_table = (name.ends_with(".xml") || name.ends_with(".rels"))
        && !OTHERS.iter().any(|folder| {
            name.contains(folder) || format!("/{name}").contains(&format!("/{folder}"))
        });
    let mut scan = Scan::default();
    let mut size = 0;
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = member
            .read(&mut piece)
            .map_err(|error| format!("{name:?} in the archive is damaged: {error}"))?;
        if read == 0 {
            break;
        }
        size += read as u64;
        if size > left {
            return Err(format!(
                "the workbook inflates to more than {INFLATED_MAX} bytes (at {name:?})"
            ));
        }
        if is_table {
            scan.feed(&piece[..read])
                .map_err(|why| format!("{name:?} in the archive {why}"))?;
        }
    }
    if is_table {
        scan.end()
            .map_err(|why| format!("{name:?} in the archive {why}"))?;
    }
    Ok((size, is_table))
}

/// Archives that other programs make.
fn other_programs(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<(), String> {
    let has = |name: &str| archive.index_for_name(name).is_some();
    let what = if has("xl/workbook.bin") {
        "a binary workbook (.xlsb)"
    } else if has("mimetype") && has("content.xml") {
        "an OpenDocument file (.ods)"
    } else if has("word/document.xml") {
        "a text document (.docx)"
    } else {
        return Ok(());
    };
    Err(format!("the file is {what}; save it as .xlsx"))
}

fn damaged(error: ZipError) -> String {
    format!("the archive is damaged: {error}")
}
