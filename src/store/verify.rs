//! Whether the log and the rows agree: what `doctor` and tests ask.
//!
//! Invariant: it only reads.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::{StoreError, activities, log};

/// Something in the log that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// A position is missing.
    Gap {
        /// What should stand there.
        expected: i64,
        /// What does.
        found: i64,
    },
    /// The head is not at the last position.
    Head {
        /// The head.
        head: i64,
        /// The last notice.
        last: i64,
    },
    /// A public activity's row is not what its last notice says.
    Row(String),
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gap { expected, found } => {
                write!(f, "position {expected} is missing before {found}")
            }
            Self::Head { head, last } => {
                write!(f, "the head says {head}, the last notice has {last}")
            }
            Self::Row(id) => write!(f, "the row of {id} is not what its last notice says"),
        }
    }
}

/// Reads the whole log and compares: positions without gaps up to the head, each public activity as its last notice
/// says. Beside a busy server it may see a change between the two reads; run it again then.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn disagreements(db: &impl ConnectionTrait) -> Result<Vec<Disagreement>, StoreError> {
    let mut disagreements = Vec::new();
    let mut last = HashMap::new();
    let mut position = 0;
    loop {
        let page = log::after(db, position, 1_000).await?;
        if page.is_empty() {
            break;
        }
        for notice in page {
            if notice.position != position + 1 {
                disagreements.push(Disagreement::Gap {
                    expected: position + 1,
                    found: notice.position,
                });
            }
            position = notice.position;
            if let (true, Some(activity)) = (notice.kind.is_revision(), notice.activity) {
                last.insert(activity.id.to_string(), activity);
            }
        }
    }
    let head = log::head(db).await?.position;
    if head != position {
        disagreements.push(Disagreement::Head {
            head,
            last: position,
        });
    }
    let mut from = String::new();
    loop {
        let page = activities::page(db, &from, 500).await?;
        let Some(end) = page.last() else { break };
        from = end.activity.id.to_string();
        for stored in &page {
            let told = last.remove(stored.activity.id.as_str());
            let agrees = match told {
                None => !stored.activity.status.is_public(),
                Some(told) => told == stored.activity,
            };
            if !agrees {
                disagreements.push(Disagreement::Row(stored.activity.id.to_string()));
            }
        }
    }
    disagreements.extend(last.into_keys().map(Disagreement::Row));
    Ok(disagreements)
}
