//! The command line (CONTRACT §2).
//!
//! Owns flags and exit codes; refuses to know what a command does.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::{
    app,
    clock::{Clock, SystemClock},
    config::{DEFAULT_TOML, Flags, Settings},
    domain::{rights, role::Role},
    healthcheck, http,
    store::Db,
    telemetry,
    transfer::Format,
};

mod accounts;
mod backup;
mod doctor;
mod export;
mod import;
mod serve;
mod sources;
mod webhooks;

/// A self-hosted calendar service: one log of notices, told identically in calendars, news feeds and webhooks.
#[derive(Debug, Parser)]
#[command(name = "yueli", version)]
struct Line {
    /// Settings file, instead of yueli.toml in the working folder
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// sqlite://PATH or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// What stands before every public link
    #[arg(long, global = true, value_name = "URL")]
    public_base_url: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests, deliver, run the jobs
    Serve(serve::Serve),
    /// Bring the schema up to date
    Migrate,
    /// Check this installation: settings, schema, the log
    Doctor,
    /// Print the OpenAPI document
    Openapi,
    /// Print all settings with their defaults
    Config,
    /// Ask the server on this machine whether it is well (for containers)
    Healthcheck,
    /// Take activities in from a JSON, CSV, XLSX or ICS file, all or none
    Import(import::Arguments),
    /// Write the programme into a JSON, CSV, XLSX or ICS file
    Export(export::Arguments),
    /// Copy the SQLite database while it is served
    Backup(backup::Arguments),
    /// Tokens for the API
    #[command(subcommand)]
    Token(Token),
    /// Tools for whoever receives webhooks
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    /// People who may log in
    #[command(subcommand)]
    User(User),
    /// What activities are tracked from
    #[command(subcommand)]
    Sources(sources::Sources),
    /// Print who may do what, as docs/RIGHTS.md holds it
    Rights,
}

#[derive(Debug, Subcommand)]
enum Token {
    /// Make a token and print it alone, once
    Create(TokenCreate),
}

#[derive(Debug, Args)]
struct TokenCreate {
    /// What its owner calls it
    #[arg(long)]
    name: String,
    /// admin, office, district:SLUG, viewer or partner
    #[arg(long)]
    role: Role,
    /// The login of the person it acts for: what it makes is theirs
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
}

#[derive(Debug, Subcommand)]
enum User {
    /// Add a person; the password comes from standard input, or is made and printed
    Add(UserAdd),
    /// Let a person in again who lost the password or the second factor; prints a new password, asks for no second factor
    Reset(UserReset),
}

#[derive(Debug, Args)]
struct UserReset {
    /// The name to log in with
    #[arg(long)]
    login: String,
}

#[derive(Debug, Args)]
struct UserAdd {
    /// The name to log in with
    #[arg(long)]
    login: String,
    /// admin, office, district:SLUG, viewer or partner
    #[arg(long)]
    role: Role,
}

/// Runs what the command line asks for.
///
/// # Errors
/// Whatever stops it, in words.
pub async fn run() -> anyhow::Result<()> {
    let line = Line::parse();
    let mut flags = Flags::default()
        .with_file(line.config)
        .with("database_url", line.database_url)
        .with("public_base_url", line.public_base_url);
    if let Command::Serve(serve) = &line.command {
        flags = serve.add_to(flags);
    }
    match &line.command {
        Command::Openapi => {
            return print(&http::openapi::document());
        }
        Command::Config => {
            return print(DEFAULT_TOML);
        }
        Command::Rights => {
            return print(&rights::table());
        }
        _ => {}
    }
    let settings = Settings::load(&flags)?;
    telemetry::start(&settings.log)?;
    match line.command {
        Command::Serve(serve) => serve::run(settings, serve).await,
        Command::Healthcheck => Ok(healthcheck::check(settings.listen).await?),
        Command::Doctor => doctor::run(&settings).await,
        Command::Webhooks(asked) => webhooks::run(&settings, asked).await,
        Command::Sources(asked) => sources::run(&settings, asked).await,
        Command::Migrate => {
            open(&settings).await?;
            Ok(())
        }
        Command::Import(arguments) => import::run(&open(&settings).await?, arguments).await,
        Command::Export(arguments) => {
            export::run(&open_existing(&settings).await?, &settings, arguments).await
        }
        Command::Backup(arguments) => backup::run(&settings, arguments).await,
        Command::Token(Token::Create(create)) => {
            let db = open_existing(&settings).await?;
            accounts::create_token(&db, &create.name, create.role, create.user.as_deref()).await
        }
        Command::User(User::Add(add)) => {
            accounts::add_user(&open_existing(&settings).await?, &add.login, add.role).await
        }
        Command::User(User::Reset(reset)) => {
            accounts::reset_user(&open_existing(&settings).await?, &reset.login).await
        }
        Command::Openapi | Command::Config | Command::Rights => Ok(()),
    }
}

/// Prints a whole document; a reader that has seen enough (`| head`) is no error.
fn print(document: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(document.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// The database for a command that does not listen.
async fn open(settings: &Settings) -> anyhow::Result<Db> {
    // A new log keeps the host of the public address for ever: refused here like in `serve`.
    base_url(settings)?;
    app::database(settings, SystemClock.now()).await
}

/// The database for a command that would be at a loss with an empty one.
async fn open_existing(settings: &Settings) -> anyhow::Result<Db> {
    Db::require(settings.database_url.expose())?;
    open(settings).await
}

/// Why a file is in no format of ours, and what to do about it.
fn no_format(file: &Path) -> String {
    let none = format!(
        "{} ends in none of .json, .csv, .xlsx, .ics",
        file.display()
    );
    match Format::advice(file) {
        Some(advice) => format!("{none}; {advice}"),
        None => none,
    }
}

fn base_url(settings: &Settings) -> anyhow::Result<String> {
    settings
        .base_url(settings.listen)
        .context("the public address is not known")
}
