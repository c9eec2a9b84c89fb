//! What an action would do, without doing it.

use super::{Act, Done, Outcome, Stays, done};
use crate::{
    commands::{CommandError, Services, audit::spared},
    domain::{activity::Activity, notice::Notice, promise::Consequence},
};

/// What an action would do: exactly that, and nothing of it is kept.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The activity as it is.
    pub before: Activity,
    /// What would be answered; a notice's position is the next one, and may be somebody else's by then.
    pub outcome: Outcome,
    /// All notices that would be published: of the activity, and of those that move along.
    pub notices: Vec<Notice>,
    /// What it would do to the promise.
    pub consequences: Vec<Consequence>,
    /// Which children would stay as they are.
    pub left: Vec<Stays>,
}

/// Rehearses it: does everything, and takes it back.
///
/// # Errors
/// Those of [`super::act`].
pub async fn rehearse(services: &Services, mut act: Act) -> Result<Rehearsal, CommandError> {
    spared();
    // A key would answer by what was done before.
    act.key = None;
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            let done = done(&services, &tx, &act).await?;
            tx.rollback().await?;
            match done {
                Done::Now(rehearsal) => Ok(*rehearsal),
                Done::Before(_) => Err(CommandError::Cut("nothing was rehearsed".to_owned())),
            }
        })
        .await
}
