//! How many files the system lets this process have open: each connection is one.
//!
//! Invariant: the limit is raised as far as whoever started the process allows, and never lowered.

/// What is assumed where the system sets no limit, or does not say.
const MANY: usize = 1 << 20;

/// Raises the limit to the highest that is allowed (shells and service managers set 1,024 for programs that cannot cope
/// with more), and tells it.
pub(super) fn raise_limit() -> usize {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let raised = Rlimit {
            current: maximum,
            maximum,
        };
        let limit = match setrlimit(Resource::Nofile, raised) {
            Ok(()) => maximum,
            Err(error) => {
                tracing::warn!(%error, "the limit of open files could not be raised");
                current
            }
        };
        limit.map_or(MANY, |files| usize::try_from(files).unwrap_or(MANY))
    }
    #[cfg(not(target_os = "linux"))]
    MANY
}
