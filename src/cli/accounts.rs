//! `token create` and `user add`.

use std::io::{IsTerminal, Read};

use anyhow::{Context, bail};
use argon2::{Argon2, PasswordHasher};

use crate::{
    clock::{Clock, SystemClock},
    domain::{role::Role, text::cleaned},
    ids,
    store::{Db, tokens},
};

/// Passwords shorter than this are refused (NIST SP 800-63B §5.1.1.2 asks for 8 at least).
const PASSWORD_MIN: usize = 10;

/// Makes a token and prints it alone.
pub(super) async fn create_token(db: &Db, name: &str, role: Role) -> anyhow::Result<()> {
    println!("{}", make_token(db, name, role).await?);
    Ok(())
}

/// Makes a token.
pub(super) async fn make_token(db: &Db, name: &str, role: Role) -> anyhow::Result<String> {
    let name = cleaned(name, false);
    if name.is_empty() || name.chars().count() > 100 {
        bail!("a token's name has 1 to 100 characters");
    }
    let tx = db.begin().await?;
    let token = tokens::create(&tx, &name, role, SystemClock.now()).await?;
    tx.commit().await?;
    Ok(token)
}

/// Adds a person.
pub(super) async fn add_user(db: &Db, login: &str, role: Role) -> anyhow::Result<()> {
    let mut stdin = std::io::stdin();
    let mut sent = String::new();
    if !stdin.is_terminal() {
        stdin
            .read_to_string(&mut sent)
            .context("the password on standard input cannot be read")?;
    }
    let sent = sent.trim_end_matches(['\r', '\n']);
    if sent.is_empty() {
        println!("{}", make_user(db, login, role, None).await?);
    } else {
        make_user(db, login, role, Some(sent)).await?;
    }
    Ok(())
}

/// Adds a person; returns the password.
pub(super) async fn make_user(
    db: &Db,
    login: &str,
    role: Role,
    password: Option<&str>,
) -> anyhow::Result<String> {
    let well_formed = (1..=64).contains(&login.len())
        && login
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
    if !well_formed {
        bail!(
            "{login:?} is not a login: 1 to 64 of letters, digits, dot, hyphen, underscore and @"
        );
    }
    let password = password.map_or_else(ids::password, str::to_owned);
    if password.chars().count() < PASSWORD_MIN {
        bail!("a password has {PASSWORD_MIN} characters at least");
    }
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| anyhow::anyhow!("the password cannot be hashed: {error}"))?
        .to_string();
    let tx = db.begin().await?;
    if tokens::login_taken(&tx, login).await? {
        bail!("the login {login:?} is taken");
    }
    tokens::add_user(&tx, login, role, hash, SystemClock.now()).await?;
    tx.commit().await?;
    Ok(password)
}
