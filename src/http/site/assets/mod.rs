//! What pages load: one stylesheet (and one more in the console), one script, one icon, in the binary, under names that change with their bytes.
//!
//! Invariant: the bytes behind a name never change, so browsers keep them for ever.

use std::sync::LazyLock;

use crate::ids;

mod get;

pub(super) use get::get;

pub(in crate::http) struct Asset {
    name: String,
    content_type: &'static str,
    bytes: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, content_type: &'static str, bytes: &'static str) -> Self {
        let fingerprint = &ids::sha256_hex(bytes.as_bytes())[..12];
        Self {
            name: format!("{stem}-{fingerprint}.{extension}"),
            content_type,
            bytes,
        }
    }
}

pub(in crate::http) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "site",
        "css",
        "text/css; charset=utf-8",
        include_str!("../../../../templates/site.css"),
    )
});

/// What the console looks like beside [`STYLE`].
pub(in crate::http) static CONSOLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "console",
        "css",
        "text/css; charset=utf-8",
        include_str!("../../../../templates/console.css"),
    )
});

pub(in crate::http) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "site",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../../../../templates/site.js"),
    )
});

pub(in crate::http) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "icon",
        "svg",
        "image/svg+xml",
        include_str!("../../../../templates/icon.svg"),
    )
});

/// Where an asset is loaded from.
pub(in crate::http) fn path(asset: &Asset) -> String {
    format!("/assets/{}", asset.name)
}
