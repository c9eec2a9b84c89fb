//! The one table of who may do what: role × deed.
//!
//! Owns the table; the API, the console and the commands ask it, and `docs/RIGHTS.md` is printed from it (`yueli rights`).
//! Refuses to know whose anything is: callers say whether it is the asker's own. Invariant: what the table does not
//! allow, nobody may.

use std::fmt::Write as _;

use super::{action::Action, role::Role};

/// How far a right goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's.
    All,
    /// One's own alone: of the own office, or made by oneself.
    Own,
    /// Nobody's.
    None,
}

impl Reach {
    /// Whether it covers something that is one's own, or not.
    #[must_use]
    pub const fn covers(self, own: bool) -> bool {
        match self {
            Self::All => true,
            Self::Own => own,
            Self::None => false,
        }
    }
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $deed:ident $name:literal: $office:ident $district:ident $viewer:ident $partner:ident;)+) => {
        /// Something that a role may or may not do. Everybody may read what is public.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Deed {
            $($(#[$doc])* $deed,)+
        }

        impl Deed {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$deed,)+];

            /// Its name in the table and in messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$deed => $name,)+
                }
            }
        }

        impl Role {
            /// How far a role may do something.
            #[must_use]
            pub const fn reach(self, deed: Deed) -> Reach {
                match (self, deed) {
                    (Self::Admin, _) => Reach::All,
                    $((Self::Office, Deed::$deed) => Reach::$office,
                    (Self::District(_), Deed::$deed) => Reach::$district,
                    (Self::Viewer, Deed::$deed) => Reach::$viewer,
                    (Self::Partner, Deed::$deed) => Reach::$partner,)+
                }
            }
        }
    };
}

deeds! {
    //                                                    office  district viewer partner; an admin may do all
    /// See what is not announced yet, with its comments.
    ReadDrafts "read drafts":                               All   Own  All  None;
    /// Make a draft, change an activity's content, delete a draft.
    WriteActivity "write activities":                       All   Own  None None;
    /// Hand a draft to the organising office.
    Submit "submit":                                        All   Own  None None;
    /// Give a draft back, or take an embargo back.
    Return "return":                                        All   Own  None None;
    /// Publish a draft, at once or at an hour.
    Announce "announce":                                    All   Own  None None;
    /// Give an activity a new date.
    Reschedule "reschedule":                                All   Own  None None;
    /// Move an activity to another place.
    Relocate "relocate":                                    All   Own  None None;
    /// Change how people attend.
    ChangeFormat "change-format":                           All   Own  None None;
    /// Call the date off, with a new one to come.
    Postpone "postpone":                                    All   Own  None None;
    /// Call an activity off.
    Cancel "cancel":                                        All   Own  None None;
    /// Take a postponement or cancellation back.
    Reinstate "reinstate":                                  All   Own  None None;
    /// Say that an activity took place.
    Hold "hold":                                            All   Own  None None;
    /// Take down what should never have stood there.
    Withdraw "withdraw":                                    All   Own  None None;
    /// Make an activity one of the quarter's highlights.
    SetHighlight "set highlights":                          All   None None None;
    /// Bring many activities at once.
    Import "import":                                        All   Own  None None;
    /// Make, change, poll and delete sources.
    ManageSources "manage sources":                         All   Own  None None;
    /// Make, change and delete editions and series, and begin the next year.
    WriteReference "write editions and series":             All   None None None;
    /// See whom to call in an office.
    ReadContacts "read offices' contacts":                  All   All  None None;
    /// Say whom to call in an office.
    WriteContacts "write offices' contacts":                All   Own  None None;
    /// Make, change, replay and delete webhooks, and read their logs.
    Webhooks "manage webhooks":                             All   Own  None Own;
    /// See which kinds of clients fetched which feed.
    ReadClients "read feed clients":                        All   All  All  None;
    /// See who did what.
    ReadAudit "read the audit":                             All   None None None;
    /// Make, disable and change people and tokens.
    ManagePeople "manage people and tokens":                None  None None None;
}

impl Deed {
    /// The deed that an action is.
    #[must_use]
    pub const fn of(action: &Action) -> Self {
        match action {
            Action::Submit => Self::Submit,
            Action::Return => Self::Return,
            Action::Announce { .. } => Self::Announce,
            Action::Update { .. } => Self::WriteActivity,
            Action::Reschedule { .. } => Self::Reschedule,
            Action::Relocate { .. } => Self::Relocate,
            Action::ChangeFormat { .. } => Self::ChangeFormat,
            Action::Postpone { .. } => Self::Postpone,
            Action::Cancel { .. } => Self::Cancel,
            Action::Reinstate { .. } => Self::Reinstate,
            Action::Hold { .. } => Self::Hold,
            Action::Withdraw { .. } => Self::Withdraw,
        }
    }
}

/// The roles as columns: every district's office has the same rights to its own.
const COLUMNS: [(&str, Role); 5] = [
    ("admin", Role::Admin),
    ("office", Role::Office),
    ("district", Role::District(entity::vocab::District::Haidian)),
    ("viewer", Role::Viewer),
    ("partner", Role::Partner),
];

/// The table in Markdown, as `docs/RIGHTS.md` holds it.
#[must_use]
pub fn table() -> String {
    let mut text = "# Who may do what\n\nPrinted by `yueli rights` from `src/domain/rights.rs`, which the API, the console and the commands ask. \
         Everybody may read\nwhat is public. \"own\": of the own office; of a webhook: made by oneself. What a role may not even \
         see does not exist for it\n(404); what it sees and may not change is refused (403).\n\n| |"
        .to_owned();
    for (name, _) in COLUMNS {
        let _ = write!(text, " {name} |");
    }
    text.push_str("\n|---|---|---|---|---|---|\n");
    for deed in Deed::ALL {
        let _ = write!(text, "| {} |", deed.name());
        for (_, role) in COLUMNS {
            let reach = match role.reach(*deed) {
                Reach::All => "all",
                Reach::Own => "own",
                Reach::None => "—",
            };
            let _ = write!(text, " {reach} |");
        }
        text.push('\n');
    }
    text
}
