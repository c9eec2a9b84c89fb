//! The OpenAPI 3.1 document, made from the routes themselves: what is routed is described.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, openapi::RefOr};
use utoipa_axum::router::OpenApiRouter;

use super::{Web, api};
use crate::deliver;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Yueli",
        description = "One log of notices about a year's activities. Instants are RFC 3339 in Asia/Shanghai; errors are \
                       application/problem+json (RFC 9457) with all faults at once. Every change to an activity needs \
                       If-Match; POSTs take an Idempotency-Key.",
    ),
    components(schemas(api::schema::Problem)),
    modifiers(&Security)
)]
struct Document;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
        let scheme =
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("token", scheme);
    }
}

/// The API's routes with their description.
#[must_use]
pub fn api() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", api::routes())
}

/// The document as text, with a line feed at its end.
#[must_use]
pub fn text(openapi: &utoipa::openapi::OpenApi) -> String {
    let mut openapi = openapi.clone();
    describe(&mut openapi);
    let paths = openapi
        .to_pretty_json()
        .expect("an OpenAPI document has string keys only");
    // utoipa knows no webhooks (OpenAPI 3.1.0, §4.8.1): they stand at the end.
    let webhooks = serde_json::to_string_pretty(&webhooks()).expect("made of values");
    let head = paths.trim_end().trim_end_matches('}').trim_end();
    format!(
        "{head},\n  \"webhooks\": {}\n}}\n",
        webhooks.replace('\n', "\n  ")
    )
}

/// Gives each operation an id of its own (§4.8.10), which generated clients are named by, and each answer a description
/// (§4.8.17): what its status means, where nothing else was said.
fn describe(openapi: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut openapi.paths.paths {
        let words = path.trim_start_matches("/api/v1/").split(['/', '-']);
        let words: Vec<&str> = words.map(|word| word.trim_matches(['{', '}'])).collect();
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(format!("{method}_{}", words.join("_")));
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response
                    && response.description.is_empty()
                {
                    response.description = match status.parse().map(StatusCode::from_u16) {
                        Ok(Ok(status)) => status.canonical_reason().unwrap_or_default().into(),
                        _ => "What is wrong, with all faults at once.".to_owned(),
                    };
                }
            }
        }
    }
}

/// What is sent to partners: of each type its schema and examples.
fn webhooks() -> Map<String, Value> {
    let header = |name: &str, what: &str, schema: Value| json!({"name": name, "in": "header", "required": true, "description": what, "schema": schema});
    let (text, number) = (
        || json!({"type": "string"}),
        || json!({"type": "integer", "minimum": 1}),
    );
    let triggers = json!({"type": "string", "enum": ["auto", "manual", "replay", "test"]});
    let mut headers = vec![
        header(
            "webhook-id",
            "The notice's id: the same on each try.",
            text(),
        ),
        header(
            "webhook-timestamp",
            "Of this try, in seconds since 1970.",
            text(),
        ),
        header(
            "webhook-signature",
            "v1, and HMAC-SHA256 over id.timestamp.body (Standard Webhooks 1.0), in base64; of each secret that signs.",
            text(),
        ),
        header(
            "x-attempt",
            "Which try of it this is; not signed.",
            number(),
        ),
        header("x-trigger", "What set it off; not signed.", triggers),
    ];
    let trials = headers.clone();
    headers.push(header(
        "x-endpoint-seq",
        "Counts the endpoint's messages, so that a gap is seen; not signed.",
        number(),
    ));
    let described = |example: deliver::Example| {
        let kind = example.kind;
        let is_trial = example.thin.is_none();
        let data = match is_trial {
            true => {
                json!({"type": "object", "required": ["endpoint_id"], "properties": {"endpoint_id": {"type": "string"}}})
            }
            false => json!({"anyOf": [{"$ref": "#/components/schemas/NoticeOutput"}, thin()]}),
        };
        let instant = json!({"type": "string", "format": "date-time"});
        let cut = json!({"type": "boolean", "description": "Long texts or lists were cut to keep within 20 kB."});
        let standard = json!({
            "type": "object", "required": ["type", "timestamp", "data"],
            "properties": {"type": {"const": kind}, "timestamp": instant, "data": data, "truncated": cut},
        });
        let event = json!({
            "type": "object", "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "data"],
            "properties": {
                "specversion": {"const": "1.0"}, "id": {"type": "string"}, "source": {"type": "string", "format": "uri"},
                "type": {"const": kind}, "time": instant, "subject": {"type": "string"},
                "datacontenttype": {"const": "application/json"}, "data": data, "truncated": cut,
            },
        });
        let mut examples = json!({"full": {"value": example.full}});
        if let Some(thin) = example.thin {
            examples["thin"] = json!({"value": thin});
        }
        let content = json!({
            "application/json": {"schema": standard, "examples": examples},
            "application/cloudevents+json": {"schema": event, "examples": {"full": {"value": example.event}}},
        });
        let operation = json!({
            "tags": ["webhooks"], "parameters": if is_trial { &trials } else { &headers },
            "requestBody": {"required": true, "content": content},
            "responses": {
                "2XX": {"description": "Taken."}, "410": {"description": "Gone: nothing is sent any more."},
                "default": {"description": "Tried again."},
            },
        });
        (kind, json!({"post": operation}))
    };
    deliver::examples().into_iter().map(described).collect()
}

/// A notice with ids and links alone: the payload `thin`, and what a message comes to that cannot be cut enough.
fn thin() -> Value {
    let (text, link) = (
        json!({"type": "string"}),
        json!({"type": "string", "format": "uri"}),
    );
    json!({
        "type": "object", "title": "ThinNotice", "additionalProperties": false,
        "required": ["position", "id", "kind", "activity_id", "revision", "published_at", "links"],
        "properties": {
            "position": {"type": "integer"}, "id": text, "kind": {"$ref": "#/components/schemas/NoticeKind"},
            "activity_id": {"type": ["string", "null"]}, "revision": {"type": ["integer", "null"]},
            "published_at": {"type": "string", "format": "date-time"},
            "links": {
                "type": "object", "required": ["notice", "html"],
                "properties": {"notice": link, "html": link, "activity": link},
            },
        },
    })
}

/// The document as `yueli openapi` prints it.
#[must_use]
pub fn document() -> String {
    text(&api().split_for_parts().1)
}
