//! `doctor`: is this installation sound?
//!
//! Owns the list of checks and their wording; repairs nothing. Invariant: it only reads, so it may run beside a server.

use anyhow::bail;
use sea_orm::DbBackend;

use crate::{
    app,
    config::Settings,
    store::{self, Db, verify::Disagreement, without_password},
    vault::Vault,
};

/// What a check found.
enum Finding {
    Fine(String),
    /// Works, but somebody should look.
    Doubtful(String),
    Broken(String),
}

/// Runs every check, prints a line for each, and fails when anything is broken.
pub(super) async fn run(settings: &Settings) -> anyhow::Result<()> {
    let url = settings.database_url.expose();
    let mut findings = vec![public_address(settings), plain_http(settings)];
    let opened = match Db::require(url) {
        Ok(()) => Db::open(url).await,
        Err(missing) => Err(missing),
    };
    match opened {
        Err(error) => findings.push(Finding::Broken(error.to_string())),
        Ok(db) => {
            findings.push(Finding::Fine(format!(
                "the database answers: {}",
                without_password(url)
            )));
            findings.extend(database(&db).await);
            findings.push(secrets(settings, &db).await);
            db.close().await;
        }
    }
    let mut broken = 0;
    for finding in &findings {
        match finding {
            Finding::Fine(text) => println!("ok      {text}"),
            Finding::Doubtful(text) => println!("look    {text}"),
            Finding::Broken(text) => {
                broken += 1;
                println!("broken  {text}");
            }
        }
    }
    if broken > 0 {
        bail!("{broken} of {} checks failed", findings.len());
    }
    Ok(())
}

fn public_address(settings: &Settings) -> Finding {
    match (
        &settings.public_base_url,
        settings.listen.ip().is_loopback(),
    ) {
        (Some(url), _) => Finding::Fine(format!("public addresses start with {url}")),
        (None, true) => Finding::Doubtful(format!(
            "public_base_url is not set: links lead to http://{}, which only this machine reaches",
            settings.listen
        )),
        (None, false) => Finding::Broken(format!(
            "public_base_url is not set; it is needed to listen on {}, and `serve` will refuse",
            settings.listen
        )),
    }
}

fn plain_http(settings: &Settings) -> Finding {
    if settings.webhooks.allow_http {
        Finding::Doubtful("webhooks.allow_http is on: notices may travel unencrypted".to_owned())
    } else if settings.webhooks.allow_cidrs.is_empty() {
        Finding::Fine("webhooks go to public https addresses only".to_owned())
    } else {
        Finding::Fine(format!(
            "webhooks go to public https addresses and to {:?}",
            settings.webhooks.allow_cidrs
        ))
    }
}

async fn secrets(settings: &Settings, db: &Db) -> Finding {
    let keys = match app::keys(settings) {
        Ok(keys) => keys,
        Err(error) => return Finding::Broken(format!("{error:#}")),
    };
    if keys.is_empty() {
        return match db.backend() {
            DbBackend::Sqlite => Finding::Fine("secrets get a key at the next start".to_owned()),
            _ => Finding::Doubtful(
                "secrets.keys is not set: secrets of webhooks lie unencrypted in the database"
                    .to_owned(),
            ),
        };
    }
    let stale = match store::secrets::stale(db, &Vault::new(keys)).await {
        Ok(stale) => stale,
        Err(error) => return Finding::Broken(error.to_string()),
    };
    let refused: Vec<_> = stale.iter().filter_map(|stale| stale.refused()).collect();
    match (refused.first(), stale.len()) {
        (Some(error), _) => {
            Finding::Broken(format!("{} secrets cannot be read: {error}", refused.len()))
        }
        (None, 0) => Finding::Fine("secrets are encrypted by the newest key".to_owned()),
        (None, n) => Finding::Doubtful(format!(
            "{n} secrets are not encrypted by the newest key; a start does that"
        )),
    }
}

async fn database(db: &Db) -> Vec<Finding> {
    match db.pending_migrations().await {
        Ok(0) => {}
        Ok(n) => {
            return vec![Finding::Broken(format!(
                "the schema lacks {n} step(s); run `yueli migrate`"
            ))];
        }
        Err(error) => {
            return vec![Finding::Broken(format!(
                "the schema cannot be read: {error}"
            ))];
        }
    }
    let mut findings = vec![Finding::Fine("the schema is up to date".to_owned())];
    if db.backend() == DbBackend::Sqlite {
        findings.push(sqlite_integrity(db).await);
    }
    findings.push(match store::log::head(db.reader()).await {
        Ok(head) => Finding::Fine(format!(
            "the log {} ends at position {}",
            head.log_id, head.position
        )),
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings.push(match store::verify::disagreements(db.reader()).await {
        Ok(disagreements) if disagreements.is_empty() => Finding::Fine(
            "positions have no gap, and every public activity is as its last notice says"
                .to_owned(),
        ),
        Ok(disagreements) => {
            let shown: Vec<String> = disagreements
                .iter()
                .take(5)
                .map(Disagreement::to_string)
                .collect();
            Finding::Broken(format!(
                "{} disagreement(s) in the log: {}",
                disagreements.len(),
                shown.join("; ")
            ))
        }
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings
}

async fn sqlite_integrity(db: &Db) -> Finding {
    match db.sqlite_quick_check().await {
        Ok(answer) if answer == "ok" => Finding::Fine("the SQLite file is sound".to_owned()),
        Ok(answer) => Finding::Broken(format!("the SQLite file is damaged: {answer}")),
        Err(error) => Finding::Broken(format!("the SQLite file cannot be checked: {error}")),
    }
}
