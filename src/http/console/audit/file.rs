//! `/console/audit.csv` and `/console/audit.jsonl`: all that is asked for, as a file, which is an entry too.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{Method, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use entity::vocab::Language;
use futures_util::stream;

use super::{
    super::{answer::refused, form::Form, seat::Seated},
    Asked, names_of,
};
use crate::{
    commands::{
        CommandError,
        read_audit::{export_audit, read_audit},
    },
    domain::{rights::Deed, role::Caller},
    http::Web,
    store::audit::Wanted,
    transfer::export::audit as export,
};

/// Entries of a file that are read at once.
const PAGE: u64 = 500;

/// What a file is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Csv,
    JsonLines,
}

/// All that is asked for as a table.
pub(in crate::http::console) async fn csv(
    State(web): State<Web>,
    seated: Seated,
    method: Method,
    RawQuery(query): RawQuery,
) -> Response {
    file(web, seated, query, (Written::Csv, method)).await
}

/// All that is asked for, a line of JSON each.
pub(in crate::http::console) async fn json_lines(
    State(web): State<Web>,
    seated: Seated,
    method: Method,
    RawQuery(query): RawQuery,
) -> Response {
    file(web, seated, query, (Written::JsonLines, method)).await
}

async fn file(
    web: Web,
    seated: Seated,
    query: Option<String>,
    (written, method): (Written, Method),
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let caller = seated.caller();
    let begun = async {
        seated.must(Deed::ReadAudit)?;
        let wanted = Asked::of(&form).wanted(&web).await?;
        // Who asks for the head alone is given nothing.
        if method != Method::HEAD {
            export_audit(&web.services, &caller).await?;
        }
        Ok::<_, CommandError>(wanted)
    };
    let wanted = match begun.await {
        Ok(wanted) => wanted,
        Err(error) => return refused(&web, &seated, error),
    };
    let (kind, name, head) = match written {
        Written::Csv => ("text/csv; charset=utf-8", "audit.csv", export::head()),
        Written::JsonLines => ("application/x-ndjson", "audit.jsonl", String::new()),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, pages(web, caller, wanted, written, head)).into_response()
}

/// The file, a page of the database at a time; one that fails breaks the file off, so that nobody takes it for whole.
fn pages(web: Web, caller: Caller, wanted: Wanted, written: Written, head: String) -> Body {
    enum Next {
        Head(String),
        After(Option<String>),
        End,
    }
    let state = (web, caller, wanted, Next::Head(head));
    let chunks = stream::try_unfold(state, move |(web, caller, wanted, next)| async move {
        let after = match next {
            Next::Head(head) => {
                let rest = (web, caller, wanted, Next::After(None));
                return Ok(Some((Bytes::from(head), rest)));
            }
            Next::After(after) => after,
            Next::End => return Ok(None),
        };
        let found = read_audit(&web.services, &caller, &wanted, after.as_deref(), PAGE).await?;
        let names = match written {
            Written::Csv => names_of(&web, &found, Language::Zh).await?,
            Written::JsonLines => HashMap::new(),
        };
        let mut text = String::new();
        for entry in &found {
            let actor = entry.actor_id.as_ref().and_then(|id| names.get(id));
            text += &match written {
                Written::Csv => export::row(entry, actor.map_or("", String::as_str)),
                Written::JsonLines => export::line(entry),
            };
        }
        let last = found.last().filter(|_| found.len() as u64 == PAGE);
        let next = last.map_or(Next::End, |last| Next::After(Some(last.id.clone())));
        Ok::<_, CommandError>(Some((Bytes::from(text), (web, caller, wanted, next))))
    });
    Body::from_stream(chunks)
}
