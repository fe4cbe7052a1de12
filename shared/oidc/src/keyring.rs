//! The issuer's keys as far as they are known, and when to ask again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jsonwebtoken::Algorithm;

use crate::keys::{Key, KeySet};
use crate::wire::Wire;
use crate::{Misconfigured, Refused, Settings, quoted};

/// After so long the keys are asked for again: a key that the issuer withdrew is good no longer.
const FRESH_MS: i64 = 3_600_000;
/// While the issuer does not answer, what is known stays good for so long.
const KEPT_MS: i64 = 86_400_000;
/// The issuer is not asked more often than this, whatever names of keys are made up. Longer than one request may take.
const PAUSE_MS: i64 = 10_000;

/// The keys of one issuer.
pub(crate) struct Keyring {
    wire: Wire,
    known: Mutex<Known>,
    /// Who holds it asks the issuer; all others wait for what comes of it.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: Option<Arc<KeySet>>,
    fetched_ms: i64,
    /// When the issuer was last asked, and why it did not say anything usable.
    tried_ms: Option<i64>,
    failure: Option<String>,
}

impl Keyring {
    pub(crate) fn open(settings: &Settings) -> Result<Self, Misconfigured> {
        Ok(Self { wire: Wire::open(settings)?, known: Mutex::default(), turn: tokio::sync::Mutex::default() })
    }

    /// The key that the issuer calls `kid`.
    pub(crate) async fn find(&self, kid: &str, algorithm: Algorithm, now_ms: i64) -> Result<Arc<Key>, Refused> {
        let key = self.known().find(kid, algorithm, now_ms);
        if !self.known().is_due(key.is_some(), now_ms) {
            return key.ok_or_else(|| self.known().refusal(kid));
        }
        let turn = match (self.turn.try_lock(), key) {
            (Ok(turn), _) => turn,
            // Somebody asks already, and what is known will do.
            (Err(_), Some(key)) => return Ok(key),
            (Err(_), None) => self.turn.lock().await,
        };
        let key = self.known().find(kid, algorithm, now_ms);
        if self.known().is_due(key.is_some(), now_ms) {
            let fetched = self.wire.fetch().await;
            self.known().learn(fetched, now_ms);
        }
        drop(turn);
        let key = self.known().find(kid, algorithm, now_ms);
        key.ok_or_else(|| self.known().refusal(kid))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing is done under the lock that could leave it half done.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn find(&self, kid: &str, algorithm: Algorithm, now_ms: i64) -> Option<Arc<Key>> {
        let is_kept = now_ms.saturating_sub(self.fetched_ms) < KEPT_MS;
        self.keys.as_ref().filter(|_| is_kept)?.find(kid, algorithm)
    }

    /// Whether the issuer is to be asked.
    fn is_due(&self, is_found: bool, now_ms: i64) -> bool {
        let is_fresh = now_ms.saturating_sub(self.fetched_ms) < FRESH_MS;
        let is_paused = self.tried_ms.is_some_and(|tried| now_ms.abs_diff(tried) < PAUSE_MS.unsigned_abs());
        !(is_paused || is_found && is_fresh)
    }

    fn learn(&mut self, fetched: Result<KeySet, String>, now_ms: i64) {
        self.tried_ms = Some(now_ms);
        match fetched {
            Ok(keys) => {
                (self.keys, self.fetched_ms, self.failure) = (Some(Arc::new(keys)), now_ms, None);
            }
            Err(why) => {
                tracing::warn!(why, "tokens are verified with the keys that are known, as long as they are good");
                self.failure = Some(why);
            }
        }
    }

    fn refusal(&self, kid: &str) -> Refused {
        match &self.failure {
            Some(why) => Refused::Unreachable(why.clone()),
            None => {
                Refused::token(format!("the issuer has no key {} for signatures: is the token from it?", quoted(kid)))
            }
        }
    }
}
