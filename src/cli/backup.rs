//! `backup`.

use std::path::PathBuf;

use clap::Args;

use crate::{
    clock::{Clock, SystemClock},
    config::Settings,
    store::Db,
    transfer::backup::backup,
};

/// Flags of `backup`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file to make; one that holds something is never written over
    file: PathBuf,
}

/// Copies the database as it stands, beside a server that goes on.
pub(super) async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<()> {
    let url = settings.database_url.expose();
    Db::require(url)?;
    let db = Db::open(url).await?;
    let done = backup(&db, &arguments.file, SystemClock.now()).await;
    db.close().await;
    done?;
    println!(
        "{} holds the database as it stood",
        arguments.file.display()
    );
    Ok(())
}
