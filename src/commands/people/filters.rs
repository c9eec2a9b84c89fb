//! Lists of activities that a person keeps under a name.

use crate::{
    commands::{CommandError, Services},
    domain::text::cleaned,
    ids::FilterId,
    store::{self, people::SavedFilter},
};

/// Filters of one person at most.
const MOST: usize = 50;
/// Of an address's query, in bytes.
const LONGEST: usize = 2_000;

/// The filters that a person keeps, by name.
///
/// # Errors
/// When the database fails.
pub async fn filters_of(services: &Services, user: &str) -> Result<Vec<SavedFilter>, CommandError> {
    Ok(store::people::filters(services.db.reader(), user).await?)
}

/// Keeps a filter.
///
/// # Errors
/// A fault at `/name` or `/query`; [`CommandError::Conflict`] where there are too many.
pub async fn save_filter(
    services: &Services,
    user: &str,
    name: &str,
    query: &str,
) -> Result<(), CommandError> {
    let name = cleaned(name, false);
    if name.is_empty() || name.chars().count() > 60 {
        return Err(CommandError::fault(
            "/name",
            "a filter's name has 1 to 60 characters",
        ));
    }
    if query.len() > LONGEST {
        return Err(CommandError::fault("/query", "is too long to be kept"));
    }
    let (user, query) = (user.to_owned(), query.to_owned());
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            let now = services.now();
            if store::people::filters(&tx, &user).await?.len() >= MOST {
                return Err(CommandError::Conflict(format!(
                    "{MOST} filters are the most that one person may keep; delete one first"
                )));
            }
            let filter = SavedFilter {
                id: FilterId::new(now).to_string(),
                user_id: user,
                name,
                query,
                created_at: now,
            };
            store::people::insert_filter(&tx, filter).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Forgets a filter of a person's, also one that is not there.
///
/// # Errors
/// When the database fails.
pub async fn delete_filter(services: &Services, user: &str, id: &str) -> Result<(), CommandError> {
    let (user, id) = (user.to_owned(), id.to_owned());
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            store::people::delete_filter(&tx, &user, &id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
