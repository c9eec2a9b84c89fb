//! Secrets as they lie in the database: encrypted with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03).
//!
//! Owns what a sealed text looks like: `sealed1:KEY:TEXT`, KEY the key's fingerprint, TEXT nonce and ciphertext in
//! base64. Refuses to know whose secret it is. Invariant: neither a key nor a secret appears in an error, a log line or
//! `Debug`; what was written down before there was a key is read as it is.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};

use crate::ids;

pub mod file;

/// What a sealed text begins with.
const SEALED: &str = "sealed1:";
/// Authenticated with every text: a ciphertext from elsewhere is none of ours.
const PURPOSE: &[u8] = b"yueli endpoint secret";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// A key of 256 bits: base64, as `openssl rand -base64 32` prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; KEY_BYTES]);

/// A text that is no key. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is 32 bytes in base64, as `openssl rand -base64 32` prints them")]
pub struct NotAKey;

impl FromStr for Key {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| NotAKey)?;
        bytes.try_into().map(Self).map_err(|_| NotAKey)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(ids::random())
    }

    /// As [`Key::from_str`] reads it. For the file that it is kept in, and nothing else.
    #[must_use]
    pub fn expose(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// What a text says it was sealed by; nobody can tell the key from it.
    fn fingerprint(&self) -> String {
        ids::sha256_hex(&self.0).chars().take(8).collect()
    }
}

/// Why a secret cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotOpen {
    /// None of the keys at hand sealed it.
    #[error(
        "it was encrypted by another key ({0}…): add that one to secrets.keys, or give the endpoint a new secret"
    )]
    OtherKey(String),
    /// It is not what was sealed.
    #[error("it is damaged")]
    Damaged,
}

/// The keys at hand.
#[derive(Clone, Debug, Default)]
pub struct Vault {
    /// The newest, which seals, first.
    keys: Vec<Key>,
}

impl Vault {
    /// Of keys, the newest first. Without one, what is sealed stays as it is.
    #[must_use]
    pub fn new(keys: Vec<Key>) -> Self {
        Self { keys }
    }

    /// Whether it seals at all.
    #[must_use]
    pub fn has_key(&self) -> bool {
        !self.keys.is_empty()
    }

    /// A secret as it is written down; another text each time. Where there is none, nothing is sealed.
    #[must_use]
    pub fn seal(&self, secret: &str) -> String {
        let Some(key) = self.keys.first().filter(|_| !secret.is_empty()) else {
            return secret.to_owned();
        };
        let nonce: [u8; NONCE_BYTES] = ids::random();
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: PURPOSE,
        };
        let sealed = XChaCha20Poly1305::new(&key.0.into())
            .encrypt(&nonce.into(), payload)
            .expect("a secret is far from the cipher's limit");
        let text = STANDARD.encode([&nonce[..], &sealed].concat());
        self.mark().unwrap_or_default() + &text
    }

    /// The secret.
    ///
    /// # Errors
    /// When it was sealed by a key that is not at hand, or is damaged.
    pub fn open(&self, written: &str) -> Result<String, CannotOpen> {
        let Some(sealed) = written.strip_prefix(SEALED) else {
            return Ok(written.to_owned());
        };
        let (fingerprint, text) = sealed.split_once(':').ok_or(CannotOpen::Damaged)?;
        let key = self
            .keys
            .iter()
            .find(|key| key.fingerprint() == fingerprint);
        let Some(key) = key else {
            return Err(CannotOpen::OtherKey(fingerprint.chars().take(8).collect()));
        };
        let bytes = STANDARD.decode(text).map_err(|_| CannotOpen::Damaged)?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(CannotOpen::Damaged)?;
        let payload = Payload {
            msg: sealed,
            aad: PURPOSE,
        };
        let secret = XChaCha20Poly1305::new(&key.0.into())
            .decrypt(&(*nonce).into(), payload)
            .map_err(|_| CannotOpen::Damaged)?;
        String::from_utf8(secret).map_err(|_| CannotOpen::Damaged)
    }

    /// What every text begins with that [`Vault::seal`] writes today; none without a key.
    #[must_use]
    pub fn mark(&self) -> Option<String> {
        let key = self.keys.first()?;
        Some(format!("{SEALED}{}:", key.fingerprint()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn vault(keys: &[u8]) -> Vault {
        Vault::new(keys.iter().map(|byte| Key([*byte; KEY_BYTES])).collect())
    }

    #[test]
    fn a_secret_is_read_by_whoever_has_its_key_and_by_nobody_else() {
        let old = vault(&[1]).seal(SECRET);
        assert!(!old.contains("whsec"), "{old}");
        assert_ne!(old, vault(&[1]).seal(SECRET), "another nonce each time");
        assert_eq!(vault(&[1]).open(&old).unwrap(), SECRET);
        let rotated = vault(&[2, 1]);
        assert_eq!(rotated.open(&old).unwrap(), SECRET);
        let new = rotated.seal(SECRET);
        let mark = rotated.mark().unwrap();
        assert!(new.starts_with(&mark) && !old.starts_with(&mark));
        let refused = vault(&[1]).open(&new).unwrap_err();
        assert!(matches!(refused, CannotOpen::OtherKey(_)), "{refused}");
        assert!(matches!(
            vault(&[]).open(&old),
            Err(CannotOpen::OtherKey(_))
        ));
    }

    #[test]
    fn what_was_tampered_with_is_not_read() {
        let sealed = vault(&[1]).seal(SECRET);
        let (head, text) = sealed.rsplit_once(':').unwrap();
        let mut bytes = STANDARD.decode(text).unwrap();
        for place in [0, NONCE_BYTES, bytes.len() - 1] {
            bytes[place] ^= 1;
            let other = format!("{head}:{}", STANDARD.encode(&bytes));
            assert_eq!(vault(&[1]).open(&other), Err(CannotOpen::Damaged));
            bytes[place] ^= 1;
        }
        for other in [
            "sealed1:",
            "sealed1:x",
            &format!("{head}:"),
            &format!("{head}:AAAA"),
            &format!("{head}:%"),
        ] {
            assert!(vault(&[1]).open(other).is_err(), "{other}");
        }
    }

    #[test]
    fn without_a_key_secrets_stay_as_they_are_and_are_sealed_once_there_is_one() {
        let none = vault(&[]);
        assert_eq!(none.seal(SECRET), SECRET);
        assert_eq!(none.open(SECRET).unwrap(), SECRET);
        assert_eq!(none.mark(), None);
        assert_eq!(vault(&[1]).seal(""), "");
        assert_eq!(vault(&[1]).open(SECRET).unwrap(), SECRET);
    }

    #[test]
    fn a_key_is_32_bytes_of_base64_and_shown_by_nothing() {
        let key = Key::random();
        assert_eq!(key.expose().parse::<Key>().unwrap(), key);
        assert_eq!(format!("{key:?}"), "Key(…)");
        for text in ["", "AAAA", "not base64", &"A".repeat(88)] {
            assert_eq!(text.parse::<Key>(), Err(NotAKey), "{text}");
        }
    }

    #[test]
    fn a_key_file_is_read_as_it_was_written_and_never_written_over() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = file::beside(&folder.path().join("yueli.db"));
        assert!(path.ends_with("yueli.db.key"));
        assert_eq!(file::read(&path).unwrap(), None);
        let key = Key::random();
        file::write(&path, &key).unwrap();
        assert_eq!(file::read(&path).unwrap(), Some(key));
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(file::write(&path, &Key::random()).is_err());
        std::fs::write(&path, "no key").unwrap();
        assert!(file::read(&path).is_err());
    }
}
