//! `token create`, `user add` and `user reset`.

use std::io::{IsTerminal, Read};

use anyhow::{Context, bail};

use crate::{
    clock::{Clock, SystemClock},
    commands::{
        CommandError,
        audit::Trail,
        people::{make_person, reset_person},
    },
    domain::{audit::Action, login::Login, role::Role, text::cleaned},
    store::{Db, people, tokens},
};

/// Makes a token and prints it alone.
pub(super) async fn create_token(
    db: &Db,
    name: &str,
    role: Role,
    user: Option<&str>,
) -> anyhow::Result<()> {
    println!("{}", make_token(db, name, role, user).await?);
    Ok(())
}

/// Makes a token, which may act for a person.
pub(super) async fn make_token(
    db: &Db,
    name: &str,
    role: Role,
    user: Option<&str>,
) -> anyhow::Result<String> {
    let name = cleaned(name, false);
    if name.is_empty() || name.chars().count() > 100 {
        bail!("a token's name has 1 to 100 characters");
    }
    let tx = db.begin().await?;
    let acts_for = match user {
        Some(login) => {
            let person = people::find_by_login(&tx, login).await?;
            let Some(person) = person else {
                bail!("there is no login {login:?}");
            };
            Some(person.id)
        }
        None => None,
    };
    let now = SystemClock.now();
    let made = tokens::create(&tx, &name, role, acts_for, now).await?;
    let fields = ["/name".to_owned(), "/role".to_owned()];
    Trail::of_command_line(Action::TokenCreate)
        .on(&made.id)
        .done(&tx, now, &fields)
        .await?;
    tx.commit().await?;
    Ok(made.secret)
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
    let login: Login = login.parse()?;
    let password = password.map(str::to_owned);
    let made = make_person(db, &login, role, password, &SystemClock).await;
    made.map_err(told)
}

/// Lets a person in again who lost their password or their second factor; prints the new password alone.
pub(super) async fn reset_user(db: &Db, login: &str) -> anyhow::Result<()> {
    let password = reset_person(db, &login.parse()?, &SystemClock)
        .await
        .map_err(told)?;
    println!("{password}");
    Ok(())
}

/// A fault of the input in a sentence.
fn told(error: CommandError) -> anyhow::Error {
    match error {
        CommandError::Invalid(faults) => {
            let details: Vec<_> = faults.into_iter().map(|fault| fault.detail).collect();
            anyhow::anyhow!("{}", details.join("; "))
        }
        error => error.into(),
    }
}
