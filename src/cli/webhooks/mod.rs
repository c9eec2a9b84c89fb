//! `webhooks listen`, `verify` and `trigger`: what a partner needs to build a receiver.
//!
//! Owns what is printed; refuses to know how signing works (`deliver::sign`). Invariant: a secret that was given is
//! never printed.

use std::{path::PathBuf, str::FromStr};

use clap::{Args, Subcommand};

use crate::{
    config::Settings,
    deliver::sign::{NotASecret, Secret},
};

mod listen;
mod trigger;
mod verify;

/// What can be done with webhooks from the command line.
#[derive(Debug, Subcommand)]
pub(super) enum Webhooks {
    /// Print and verify what arrives, and hand it on if asked to
    Listen(Listen),
    /// Check a message that was saved
    Verify(Verify),
    /// Send a signed endpoint.test message to an address
    Trigger(Trigger),
}

#[derive(Debug, Args)]
pub(super) struct Listen {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8090")]
    listen: std::net::SocketAddr,
    /// The endpoint's secret, or @FILE; without it nothing is verified
    #[arg(long, value_name = "whsec_…")]
    secret: Option<SecretArgument>,
    /// Send each message on to this address, and answer what it answers
    #[arg(long, value_name = "URL")]
    forward_to: Option<url::Url>,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The endpoint's secret, or @FILE
    #[arg(long, value_name = "whsec_…")]
    secret: SecretArgument,
    /// The headers as they came, one a line
    #[arg(long, value_name = "FILE")]
    headers: PathBuf,
    /// The body as it came, byte for byte; - reads standard input
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Trigger {
    /// Where to; what the settings refuse for webhooks is refused here too
    url: url::Url,
    /// The secret to sign with, or @FILE; without it one is made and printed
    #[arg(long, value_name = "whsec_…")]
    secret: Option<SecretArgument>,
}

/// A secret on the command line, or in a file that `ps` does not show.
#[derive(Clone, Debug)]
struct SecretArgument(Secret);

#[derive(Debug, thiserror::Error)]
enum SecretArgumentError {
    #[error(transparent)]
    Secret(#[from] NotASecret),
    #[error("cannot read {0}: {1}")]
    File(String, std::io::Error),
}

impl FromStr for SecretArgument {
    type Err = SecretArgumentError;
    fn from_str(text: &str) -> Result<Self, SecretArgumentError> {
        let secret = match text.strip_prefix('@') {
            None => text.parse()?,
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| SecretArgumentError::File(file.to_owned(), error))?
                .parse()?,
        };
        Ok(Self(secret))
    }
}

/// Does what was asked for.
pub(super) async fn run(settings: &Settings, webhooks: Webhooks) -> anyhow::Result<()> {
    match webhooks {
        Webhooks::Listen(asked) => listen::run(settings, asked).await,
        Webhooks::Verify(asked) => verify::run(&asked),
        Webhooks::Trigger(asked) => trigger::run(settings, asked).await,
    }
}
