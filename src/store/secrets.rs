//! Secrets in their columns: sealed by the newest key. A robot's address is one too, and a person's second factor.
//!
//! Invariant: a secret is replaced by itself, sealed anew, and only where it still stands as it was read.

use entity::{
    endpoint::{Column, Entity},
    user,
    vocab::WireFormat,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LikeExpr},
};

use super::{Db, StoreError};
use crate::vault::{CannotOpen, Vault};

/// A secret that is not sealed by the newest key.
#[derive(Debug)]
pub struct Stale {
    id: String,
    place: Place,
    written: String,
    opened: Result<String, CannotOpen>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Endpoint(Column),
    SecondFactor,
}

impl Stale {
    /// Why nothing can be delivered to its endpoint, if so: without the secret before the last rotation it can.
    #[must_use]
    pub fn refused(&self) -> Option<&CannotOpen> {
        let is_needed =
            matches!(self.place, Place::Endpoint(column) if !matches!(column, Column::OldSecret));
        self.opened.as_ref().err().filter(|_| is_needed)
    }
}

/// The secrets that are not sealed by the newest key; none where there is no key.
///
/// # Errors
/// When the database fails.
pub async fn stale(db: &Db, vault: &Vault) -> Result<Vec<Stale>, StoreError> {
    let Some(mark) = vault.mark() else {
        return Ok(Vec::new());
    };
    let robots = WireFormat::ALL.iter().filter(|format| format.is_robot());
    let robots: Vec<&str> = robots.map(|format| format.as_str()).collect();
    let columns = [
        (Column::Secret, Condition::all()),
        (Column::OldSecret, Condition::all()),
        (
            Column::Url,
            Condition::all().add(Column::Format.is_in(robots)),
        ),
    ];
    let current = || LikeExpr::new(format!("{mark}%"));
    let mut stale = Vec::new();
    for (column, where_it_is_one) in columns {
        let rows: Vec<(String, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, column])
            .filter(where_it_is_one)
            .filter(column.ne(""))
            .filter(Expr::col(column).not_like(current()))
            .into_tuple()
            .all(db.reader())
            .await?;
        stale.extend(rows.into_iter().map(|(id, written)| Stale {
            opened: vault.open(&written),
            id,
            place: Place::Endpoint(column),
            written,
        }));
    }
    let factors: Vec<(String, String)> = user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::SecondFactor])
        .filter(user::Column::SecondFactor.is_not_null())
        .filter(Expr::col(user::Column::SecondFactor).not_like(current()))
        .into_tuple()
        .all(db.reader())
        .await?;
    stale.extend(factors.into_iter().map(|(id, written)| Stale {
        opened: vault.open(&written),
        id,
        place: Place::SecondFactor,
        written,
    }));
    Ok(stale)
}

/// Seals those that can be read by the newest key; says how many.
///
/// # Errors
/// When the database fails; what was sealed until then stays so.
pub async fn seal(db: &Db, vault: &Vault, stale: Vec<Stale>) -> Result<u64, StoreError> {
    let mut sealed = 0;
    for secret in stale {
        let Ok(opened) = secret.opened else { continue };
        let anew = Expr::value(vault.seal(&opened));
        let written = match secret.place {
            Place::Endpoint(column) => {
                Entity::update_many()
                    .col_expr(column, anew)
                    .filter(Column::Id.eq(secret.id))
                    .filter(column.eq(secret.written))
                    .exec(db.writer())
                    .await?
            }
            Place::SecondFactor => {
                user::Entity::update_many()
                    .col_expr(user::Column::SecondFactor, anew)
                    .filter(user::Column::Id.eq(secret.id))
                    .filter(user::Column::SecondFactor.eq(secret.written))
                    .exec(db.writer())
                    .await?
            }
        };
        sealed += written.rows_affected;
    }
    Ok(sealed)
}
