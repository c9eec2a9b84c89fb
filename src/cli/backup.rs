//! `backup`.

use std::path::PathBuf;

use clap::Args;

use crate::{config::Settings, store::Db, transfer::backup::backup};

/// Flags of `backup`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file to make; one that holds something is never written over
    file: PathBuf,
}

/// Copies the database as it stands, beside a server that goes on.
pub(super) async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<()> {
    let db = Db::open(settings.database_url.expose()).await?;
    let done = backup(&db, &arguments.file).await;
    db.close().await;
    done?;
    println!(
        "{} holds the database as it stood",
        arguments.file.display()
    );
    Ok(())
}
