//! Workbooks for tests, packed by hand, so that they may be wrong in any way.

use std::io::Write;

use flate2::{Compress, Compression, Crc, FlushCompress, write::DeflateEncoder};

/// A member of an archive as it lies there.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) packed: Vec<u8>,
    pub(super) size: u32,
    pub(super) crc: u32,
}

pub(super) fn member(name: &str, bytes: &[u8]) -> Member {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    let mut crc = Crc::new();
    crc.update(bytes);
    Member {
        name: name.to_owned(),
        packed: encoder.finish().unwrap(),
        size: u32::try_from(bytes.len()).unwrap(),
        crc: crc.sum(),
    }
}

/// A member that repeats a text, packed without ever standing anywhere.
pub(super) fn bomb(name: &str, text: &str, times: usize) -> Member {
    let piece = text.repeat((1 << 20) / text.len());
    let mut packed = Vec::with_capacity(1 << 20);
    let mut compress = Compress::new(Compression::best(), false);
    compress
        .compress_vec(piece.as_bytes(), &mut packed, FlushCompress::Full)
        .unwrap();
    Member {
        name: name.to_owned(),
        packed: packed.repeat(times),
        size: u32::try_from(piece.len() * times).unwrap(),
        crc: 0,
    }
}

pub(super) fn archive(members: &[Member]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let start = u32::try_from(out.len()).unwrap();
        let mut facts = Vec::new();
        for short in [20_u16, 0, 8, 0, 33] {
            facts.extend(short.to_le_bytes());
        }
        for long in [
            member.crc,
            u32::try_from(member.packed.len()).unwrap(),
            member.size,
        ] {
            facts.extend(long.to_le_bytes());
        }
        facts.extend(u16::try_from(member.name.len()).unwrap().to_le_bytes());
        facts.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&facts);
        out.extend(member.name.as_bytes());
        out.extend(&member.packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&facts);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(member.name.as_bytes());
    }
    end(out, &directory, members.len())
}

pub(super) fn end(mut out: Vec<u8>, directory: &[u8], members: usize) -> Vec<u8> {
    let start = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(members).unwrap_or(u16::MAX).to_le_bytes();
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

pub(super) const PACKAGE: &str = r#"<Relationships xmlns="a"><Relationship Id="rId1" Type="b/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
pub(super) const BOOK: &str = r#"<workbook xmlns="a" xmlns:r="b"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
pub(super) const RELATIONS: &str = r#"<Relationships xmlns="a"><Relationship Id="rId1" Type="b/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
pub(super) const SHEET: &str = "xl/worksheets/sheet1.xml";

/// A workbook of one sheet, with other members in the place of those of their names.
pub(super) fn with(more: Vec<Member>) -> Vec<u8> {
    let mut members = vec![
        member("_rels/.rels", PACKAGE.as_bytes()),
        member("xl/workbook.xml", BOOK.as_bytes()),
        member("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        member(SHEET, sheet(&cell("A1", "甲")).as_bytes()),
    ];
    for other in more {
        members.retain(|member| member.name != other.name);
        members.push(other);
    }
    archive(&members)
}

pub(super) fn of_sheet(text: &str) -> Vec<u8> {
    with(vec![member(SHEET, text.as_bytes())])
}

pub(super) fn sheet(data: &str) -> String {
    format!("<worksheet xmlns=\"a\"><sheetData>{data}</sheetData></worksheet>")
}

pub(super) fn cell(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}
