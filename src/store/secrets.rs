//! Secrets in their columns: sealed by the newest key.
//!
//! Invariant: a secret is replaced by itself, sealed anew, and only where it still stands as it was read.

use entity::endpoint::{Column, Entity};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LikeExpr},
};

use super::{Db, StoreError};
use crate::vault::{CannotOpen, Vault};

/// An endpoint whose secrets are not sealed by the newest key.
#[derive(Debug)]
pub struct Stale {
    id: String,
    secret: String,
    /// The newest secret, and the one before its rotation.
    opened: Result<(String, Option<String>), CannotOpen>,
}

impl Stale {
    /// Why they cannot be read, if so.
    #[must_use]
    pub fn refused(&self) -> Option<&CannotOpen> {
        self.opened.as_ref().err()
    }
}

/// The endpoints whose secrets are not sealed by the newest key; none where there is no key.
///
/// # Errors
/// When the database fails.
pub async fn stale(db: &Db, vault: &Vault) -> Result<Vec<Stale>, StoreError> {
    let Some(mark) = vault.mark() else {
        return Ok(Vec::new());
    };
    let is_stale = |column: Column| {
        let current = LikeExpr::new(format!("{mark}%"));
        Condition::all()
            .add(column.ne(""))
            .add(Expr::col(column).not_like(current))
    };
    let rows: Vec<(String, String, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Secret, Column::OldSecret])
        .filter(
            Condition::any()
                .add(is_stale(Column::Secret))
                .add(is_stale(Column::OldSecret)),
        )
        .into_tuple()
        .all(db.reader())
        .await?;
    let open = |(id, secret, old): (String, String, Option<String>)| {
        let old = old.map(|old| vault.open(&old)).transpose();
        let opened = vault.open(&secret).and_then(|secret| Ok((secret, old?)));
        Stale { id, secret, opened }
    };
    Ok(rows.into_iter().map(open).collect())
}

/// Seals those that can be read by the newest key; says how many.
///
/// # Errors
/// When the database fails; what was sealed until then stays so.
pub async fn seal(db: &Db, vault: &Vault, stale: Vec<Stale>) -> Result<u64, StoreError> {
    let mut sealed = 0;
    for Stale { id, secret, opened } in stale {
        let Ok((newest, old)) = opened else { continue };
        let old = old.map(|old| vault.seal(&old));
        let written = Entity::update_many()
            .col_expr(Column::Secret, Expr::value(vault.seal(&newest)))
            .col_expr(Column::OldSecret, Expr::value(old))
            .filter(Column::Id.eq(id))
            .filter(Column::Secret.eq(secret))
            .exec(db.writer())
            .await?;
        sealed += written.rows_affected;
    }
    Ok(sealed)
}
