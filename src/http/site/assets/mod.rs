//! What pages load: one stylesheet, one script, one icon, in the binary, under names that change with their bytes.
//!
//! Invariant: the bytes behind a name never change, so browsers keep them for ever.

use std::sync::LazyLock;

use crate::ids;

mod get;

pub(super) use get::get;

pub(super) struct Asset {
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

pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "site",
        "css",
        "text/css; charset=utf-8",
        include_str!("../../../../templates/site.css"),
    )
});

pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "site",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../../../../templates/site.js"),
    )
});

pub(super) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "icon",
        "svg",
        "image/svg+xml",
        include_str!("../../../../templates/icon.svg"),
    )
});

/// Where an asset is loaded from.
pub(super) fn path(asset: &Asset) -> String {
    format!("/assets/{}", asset.name)
}
