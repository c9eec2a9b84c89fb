//! What the audit knows: a closed list of actions, and which words of a request may stand in it.
//!
//! Owns the vocabulary; its sieve is in `sieve`. Refuses to know who asked and where it is kept. Invariant: nothing that somebody
//! typed gets through: a subject is an id, a field is one of the names that stand here, and no value is ever taken.

use std::{fmt, str::FromStr};

use entity::vocab::UnknownWord;

use super::action;

mod sieve;

pub use sieve::{changed, pointers, subject};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| UnknownWord {
                    what: $what,
                    value: text.chars().take(80).collect(),
                    expected: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

words! {
    /// What was done, or was refused.
    Action, "audited action", {
        /// A draft was made.
        ActivityCreate = "activity.create";
        /// An activity's content was changed.
        ActivityUpdate = "activity.update";
        /// A draft was deleted.
        ActivityDelete = "activity.delete";
        /// A draft was handed in.
        ActivitySubmit = "activity.submit";
        /// A draft was given back, or an embargo taken back.
        ActivityReturn = "activity.return";
        /// Made public, or to be so at an hour.
        ActivityAnnounce = "activity.announce";
        /// A new date.
        ActivityReschedule = "activity.reschedule";
        /// Another place.
        ActivityRelocate = "activity.relocate";
        /// Another way to attend.
        ActivityChangeFormat = "activity.change-format";
        /// The date was called off.
        ActivityPostpone = "activity.postpone";
        /// Called off.
        ActivityCancel = "activity.cancel";
        /// On again.
        ActivityReinstate = "activity.reinstate";
        /// It took place.
        ActivityHold = "activity.hold";
        /// Taken down.
        ActivityWithdraw = "activity.withdraw";
        /// An edition was made.
        EditionCreate = "edition.create";
        /// An edition was changed.
        EditionUpdate = "edition.update";
        /// An edition was deleted.
        EditionDelete = "edition.delete";
        /// An edition was made of an earlier one.
        EditionRollOver = "edition.roll-over";
        /// An office said whom to call.
        ContactSet = "contact.set";
        /// A series was made.
        SeriesCreate = "series.create";
        /// A series was changed.
        SeriesUpdate = "series.update";
        /// A series was deleted.
        SeriesDelete = "series.delete";
        /// An endpoint was made.
        WebhookCreate = "webhook.create";
        /// An endpoint was changed.
        WebhookUpdate = "webhook.update";
        /// An endpoint was deleted.
        WebhookDelete = "webhook.delete";
        /// Nothing is delivered to it any more.
        WebhookPause = "webhook.pause";
        /// It is delivered to again.
        WebhookResume = "webhook.resume";
        /// It has a new secret.
        WebhookRotate = "webhook.rotate";
        /// It is told a stretch of the log again.
        WebhookReplay = "webhook.replay";
        /// That was ended.
        WebhookEndReplay = "webhook.end-replay";
        /// It is told something once more.
        WebhookRedeliver = "webhook.redeliver";
        /// A ping was asked for.
        WebhookPing = "webhook.ping";
        /// A file was taken in.
        Import = "import";
        /// A source was made.
        SourceCreate = "source.create";
        /// A source was changed.
        SourceUpdate = "source.update";
        /// A source was deleted.
        SourceDelete = "source.delete";
        /// A source was asked, or a file of it was brought, and something was made of it.
        SourcePoll = "source.poll";
        /// A proposal was accepted, or carried out as its source is trusted with.
        ProposalAccept = "proposal.accept";
        /// A proposal was rejected.
        ProposalReject = "proposal.reject";
        /// A rejection was taken back.
        ProposalReopen = "proposal.reopen";
        /// It was said how an office's tables are read.
        MappingCreate = "mapping.create";
        /// That was changed.
        MappingUpdate = "mapping.update";
        /// That was deleted.
        MappingDelete = "mapping.delete";
        /// A token was made.
        TokenCreate = "token.create";
        /// A token was made void.
        TokenRevoke = "token.revoke";
        /// Somebody gave their password.
        SessionBegin = "session.begin";
        /// Somebody left.
        SessionEnd = "session.end";
        /// Somebody gave the code of their second factor.
        SessionProve = "session.prove";
        /// A person was added.
        UserCreate = "user.create";
        /// A person was changed.
        UserUpdate = "user.update";
        /// A person has another password.
        UserPassword = "user.password";
        /// A person has a second factor, or has none any more.
        UserSecondFactor = "user.second-factor";
        /// The audit was taken out as a file.
        AuditExport = "audit.export";
    }
}

words! {
    /// What became of it.
    Outcome, "outcome", {
        /// It was done.
        Done = "done";
        /// It was refused, and nothing was changed.
        Refused = "refused";
    }
}

impl From<&action::Action> for Action {
    fn from(action: &action::Action) -> Self {
        match action {
            action::Action::Submit => Self::ActivitySubmit,
            action::Action::Return => Self::ActivityReturn,
            action::Action::Announce { .. } => Self::ActivityAnnounce,
            action::Action::Update { .. } => Self::ActivityUpdate,
            action::Action::Reschedule { .. } => Self::ActivityReschedule,
            action::Action::Relocate { .. } => Self::ActivityRelocate,
            action::Action::ChangeFormat { .. } => Self::ActivityChangeFormat,
            action::Action::Postpone { .. } => Self::ActivityPostpone,
            action::Action::Cancel { .. } => Self::ActivityCancel,
            action::Action::Reinstate { .. } => Self::ActivityReinstate,
            action::Action::Hold { .. } => Self::ActivityHold,
            action::Action::Withdraw { .. } => Self::ActivityWithdraw,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        assert!("activity.burn".parse::<Action>().is_err());
    }
}
