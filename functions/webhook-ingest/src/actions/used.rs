//! Tokens that were used, and for what.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Tokens that are remembered at once: more than one process is sent in the lifetime of any of them.
const MOST_TOKENS: usize = 10_000;

type Sha256 = [u8; 32];

/// What this process remembers, each token until it is good no longer. Other processes have their own: what holds over
/// all of them is the id that the run gives to its report.
#[derive(Default)]
pub(super) struct Used(Mutex<HashMap<Sha256, Use>>);

struct Use {
    body: Sha256,
    /// Seconds since the Unix epoch.
    until: i64,
}

impl Used {
    /// Uses a token for a body; no if it was used for another. Times are seconds since the Unix epoch.
    pub(super) fn take(&self, token: Sha256, body: Sha256, until: i64, now: i64) -> bool {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = used.get(&token) {
            return before.body == body;
        }
        if used.len() >= MOST_TOKENS {
            used.retain(|_, one| one.until > now);
        }
        if used.len() >= MOST_TOKENS {
            let soonest = used.iter().min_by_key(|(_, one)| one.until).map(|(token, _)| *token);
            soonest.map(|token| used.remove(&token));
        }
        used.insert(token, Use { body, until });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(number: usize) -> Sha256 {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        bytes
    }

    #[test]
    fn a_token_is_good_for_one_body() {
        let used = Used::default();
        for (number, body, is_good) in [(1, 7, true), (1, 7, true), (1, 8, false), (2, 8, true), (1, 7, true)] {
            assert_eq!(used.take(token(number), token(body), 100, 50), is_good, "{number} {body}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_newest_stay() {
        let used = Used::default();
        for number in 0..MOST_TOKENS {
            assert!(used.take(token(number), token(0), 100 + number as i64, 50));
        }
        assert!(used.take(token(MOST_TOKENS), token(0), 999_999, 50), "one more");
        assert!(!used.take(token(MOST_TOKENS), token(1), 999_999, 50));
        assert!(!used.take(token(1), token(1), 999_999, 50), "only the one that ends first was forgotten");
        assert_eq!(used.0.lock().unwrap().len(), MOST_TOKENS);
        assert!(used.take(token(MOST_TOKENS + 1), token(0), 1_000_000, 99_999), "all but one have expired");
        assert_eq!(used.0.lock().unwrap().len(), 2);
    }
}
