//! The OpenAPI 3.1 document, made from the routes themselves: what is routed is described.

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::{Web, api};

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
    let mut text = openapi
        .to_pretty_json()
        .expect("an OpenAPI document has string keys only");
    text.push('\n');
    text
}

/// The document as `yueli openapi` prints it.
#[must_use]
pub fn document() -> String {
    text(&api().split_for_parts().1)
}
