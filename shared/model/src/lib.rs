//! What a text is about, as terms and as a vector, which needs no model; and [`Model`], a language model that answers
//! questions (what it owes stands there).
//!
//! What the vector owes: the same text gives the same terms and the same vector on every machine, and a query
//! goes through the very function that the indexed text went through.
//!
//! The built-in embedding hashes features ("the hashing trick", Weinberger et al., ICML 2009): every term and every
//! three letters of it are added to one of [`DIMENSIONS`] places with a sign, so that texts that share words or parts
//! of words are near each other. It knows no synonyms; a real model does, behind the same function.

mod chat;
pub mod redact;
mod terms;

pub use crate::chat::{
    Error, Key, MOST_ANSWER_BYTES, MOST_QUESTION_BYTES, Model, Price, Provider, Question, Repair, Reply, Settings,
};
pub use crate::terms::for_each_term;

/// Length of a vector.
pub const DIMENSIONS: usize = 256;
/// Changes whenever terms or vectors of the same text would.
pub const VERSION: &str = "hashed-1";
/// Weight of three letters beside a whole term's 1.
const TRIGRAM_WEIGHT: f32 = 0.25;

/// Collects what a text is about.
#[derive(Debug)]
pub struct Reading {
    /// The terms in their order, separated by spaces.
    pub terms: String,
    sums: [f32; DIMENSIONS],
}

impl Default for Reading {
    fn default() -> Self {
        Self { terms: String::new(), sums: [0.0; DIMENSIONS] }
    }
}

impl Reading {
    /// Reads on.
    pub fn read(&mut self, text: &str) {
        for_each_term(text, &mut |term| self.add(term));
    }

    /// The vector of everything read: of length 1, each component scaled to -127..=127; all zero for no terms.
    pub fn vector(&self) -> Vec<i8> {
        // Damped, so that a word repeated a hundred times does not drown the other fifty.
        let damped = self.sums.map(|v| v.signum() * v.abs().sqrt());
        let length = damped.iter().map(|v| v * v).sum::<f32>().sqrt();
        if length == 0.0 {
            return vec![0; DIMENSIONS];
        }
        damped.iter().map(|v| (v / length * 127.0).round() as i8).collect()
    }

    fn add(&mut self, term: &str) {
        if !self.terms.is_empty() {
            self.terms.push(' ');
        }
        self.terms.push_str(term);
        self.place(hash(term.as_bytes()), 1.0);
        for three in term.as_bytes().windows(3) {
            self.place(hash(three), TRIGRAM_WEIGHT);
        }
    }

    fn place(&mut self, hash: u64, weight: f32) {
        let sign = if hash >> 63 == 0 { weight } else { -weight };
        self.sums[hash as usize % DIMENSIONS] += sign;
    }
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), with its bits mixed once more, for its low ones are weak.
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> Reading {
        let mut reading = Reading::default();
        reading.read(text);
        reading
    }

    fn likeness(a: &str, b: &str) -> i32 {
        let (a, b) = (reading(a).vector(), reading(b).vector());
        a.iter().zip(&b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    }

    #[test]
    fn terms_are_words_and_parts_of_identifiers() {
        let cases = [
            ("fn getUserName(user_id)", "fn getusername get user name user_id user id"),
            ("HTTPServer2 v1", "httpserver2 http server2 v1"),
            ("GET /v1/health", "get v1 health"),
            ("a . ; {}", ""),
            ("Größe naïve", "größe naïve"),
            ("X-API-Key: MAX_MODEL_LEN=8192", "api key max_model_len max model len 8192"),
            ("日本語 テスト", "日本語 テスト"),
        ];
        for (text, terms) in cases {
            assert_eq!(reading(text).terms, terms, "{text}");
        }
    }

    #[test]
    fn a_text_is_nearest_to_its_like() {
        let query = "retry with backoff";
        assert!(likeness(query, "def retry_with_backoff(call, tries):") > likeness(query, "class HealthCheck: pass"));
        assert!(
            likeness("authenticate user", "user authentication") > likeness("authenticate user", "render template")
        );
    }

    #[test]
    fn vectors_have_one_length_whatever_was_read() {
        for text in ["", "x", "one", "\u{0}\u{0}", "naïve café", &"word ".repeat(10_000)] {
            let vector = reading(text).vector();
            assert_eq!(vector.len(), DIMENSIONS);
            let length: i32 = vector.iter().map(|v| i32::from(*v).pow(2)).sum();
            assert!(length == 0 || (14_500..18_000).contains(&length), "{text:.20}: {length}");
        }
    }
}
