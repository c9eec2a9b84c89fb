//! Hashing passwords with Argon2id (RFC 9106; OWASP: 19 MiB, 2 passes, 1 lane), and setting one's own.

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::{
    LoginRefused, Seat,
    failures::{charge, counter},
    load,
};
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{
        audit::Action,
        login::{CountedBy, PASSWORD_MAX, check_password},
    },
    store,
};

/// Each takes 19 MiB and some 20 ms of a core: more at once would take them from who reads.
static TURNS: Semaphore = Semaphore::const_new(2);

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CommandError> {
    let _turn = TURNS.acquire().await;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| CommandError::Cut(error.to_string()))
}

/// The hash of a password in PHC form.
///
/// # Errors
/// When the password may not be set, as a fault at `/password`.
pub(super) async fn hashed(password: String) -> Result<String, CommandError> {
    check_password(&password)
        .map_err(|error| CommandError::fault("/password", error.to_string()))?;
    apart(move || hash(&password)).await
}

/// `Argon2::default()` is what the head of this file says; a test holds that.
fn hash(password: &str) -> String {
    Argon2::default()
        .hash_password(password.as_bytes())
        .expect("the default parameters fit any password")
        .to_string()
}

/// Whether a password is the one of a hash. Without a hash it takes as long, and is not. Nobody's hash is made by
/// whoever comes first, known or not, so that the first unknown one does not take longer either.
///
/// What is too long was never set; it is not hashed either, which would take as long as whoever sends it likes.
pub(super) async fn verified(password: String, hash: Option<String>) -> Result<bool, CommandError> {
    use std::sync::LazyLock;
    static NOBODYS: LazyLock<String> = LazyLock::new(|| self::hash(&crate::ids::password()));

    let password: String = password.chars().take(PASSWORD_MAX + 1).collect();
    apart(move || {
        let known = hash.is_some();
        let nobodys = NOBODYS.as_str();
        let hash = hash.unwrap_or_else(|| nobodys.to_owned());
        let matches = PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        });
        matches && known
    })
    .await
}

/// Sets one's own password; all other sessions end. Guesses of the present one are held up like those at the login:
/// whoever found a session open does not find out its password.
///
/// # Errors
/// A fault at `/present` when the present one is wrong, or too many were; at `/password` when the new one may not be.
pub async fn change_password(
    services: &Services,
    seat: &Seat,
    present: String,
    password: String,
) -> Result<(), CommandError> {
    let trail = Trail::of(&seat.caller(), Action::UserPassword).on(&seat.user);
    let (user, session) = (seat.user.clone(), seat.session.clone());
    services
        .audited(trail, async move |services, trail| {
            let counters = [counter(CountedBy::Account, &format!("present:{user}"))];
            charge(&services, &counters).await.map_err(held)?;
            let person = store::people::find(services.db.reader(), &user).await?;
            let before = person.map(|person| person.password_hash);
            if !verified(present, before.clone()).await? {
                return Err(CommandError::fault(
                    "/present",
                    "is not your present password",
                ));
            }
            let [(_, counted)] = &counters;
            store::sessions::forgive(services.db.writer(), counted).await?;
            let hash = hashed(password).await?;
            let tx = services.db.begin().await?;
            let mut person = load(&tx, &user).await?;
            if Some(&person.password_hash) != before.as_ref() {
                return Err(CommandError::Conflict(
                    "the password was changed in between".to_owned(),
                ));
            }
            person.password_hash = hash;
            store::people::save(&tx, person).await?;
            store::sessions::delete_of(&tx, &user, Some(&session)).await?;
            let fields = ["/password".to_owned()];
            Ok(trail.commit(tx, services.now(), &fields, ()).await?)
        })
        .await
}

/// Why the present password was not looked at, as a fault of it.
fn held(refused: LoginRefused) -> CommandError {
    match refused {
        LoginRefused::Failed(error) => error,
        LoginRefused::Held(_) | LoginRefused::Wrong => {
            CommandError::fault("/present", "was wrong too often: try again in a minute")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_hashed_as_it_is_said_to_be_and_known_again() {
        let hash = hashed("correct horse".to_owned()).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            verified("correct horse".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !verified("correct hors".to_owned(), Some(hash))
                .await
                .unwrap()
        );
        assert!(!verified("correct horse".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_short_password_is_a_fault() {
        let refused = hashed("short".to_owned()).await.unwrap_err();
        assert!(
            matches!(refused, CommandError::Invalid(faults) if faults[0].pointer == "/password")
        );
    }
}
