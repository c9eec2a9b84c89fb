//! `serve`.

use std::sync::Arc;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::accounts::{make_token, make_user};
use crate::{
    app::App,
    clock::SystemClock,
    commands::Services,
    config::{Flags, SecondFactorRule, Settings},
    domain::role::Role,
    store::people,
    transfer,
};

/// Who may log in after `--demo`.
const DEMO_LOGIN: &str = "demo";

/// Flags of `serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// What this instance does: web,worker
    #[arg(long, value_name = "LIST")]
    roles: Option<String>,
    /// Fill an empty database with the bundled programme, and make an admin
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// These flags among the settings.
    pub(super) fn add_to(&self, flags: Flags) -> Flags {
        flags
            .with("listen", self.listen.clone())
            .with("roles", self.roles.clone())
    }
}

/// Serves until SIGTERM or SIGINT.
pub(super) async fn run(mut settings: Settings, serve: Serve) -> anyhow::Result<()> {
    if serve.demo {
        // Whoever looks around has no secret to keep.
        settings.console.second_factor = SecondFactorRule::Optional;
    }
    let stop = CancellationToken::new();
    let app = App::build(settings, Arc::new(SystemClock)).await?;
    if serve.demo {
        demo(&app.services).await?;
    }
    let asked = stop.clone();
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    println!("listening on http://{}", app.address());
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new requests are taken");
        asked.cancel();
    });
    app.serve(stop).await
}

/// Fills an empty database with the bundled programme, and makes somebody who may do everything.
async fn demo(services: &Services) -> anyhow::Result<()> {
    let Some(diff) = transfer::demo::load(services).await? else {
        eprintln!("--demo: the database is not empty; nothing was changed");
        return Ok(());
    };
    eprintln!(
        "--demo: {} activities with {} notices",
        diff.created(),
        diff.notices
    );
    let token = make_token(&services.db, "demo", Role::Admin, None).await?;
    eprintln!("--demo: token {token}");
    let taken = people::find_by_login(services.db.reader(), DEMO_LOGIN).await?;
    if taken.is_none() {
        let password = make_user(&services.db, DEMO_LOGIN, Role::Admin, None).await?;
        eprintln!("--demo: login {DEMO_LOGIN} password {password}");
        eprintln!("--demo: console {}", services.links.to("/console"));
    }
    Ok(())
}
