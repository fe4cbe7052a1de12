//! One question to a language model, one typed answer.
//!
//! What every dialect owes:
//! - **A question is one request.** Nothing is repeated by the door, no tool is offered, nothing is streamed, no redirect
//!   is followed; sampling and thinking are switched off or down wherever the provider lets them.
//! - **Everything is bounded**: bytes of the question and of the answer, tokens of the answer, time, and so the cost,
//!   which [`Model::most_micro_usd`] tells before anything is sent.
//! - **Answers are untrusted.** Whatever bytes come back, the outcome is a [`Reply`] or an [`Error`].
//! - **The key goes to its provider and nowhere else**: not into an error, a debug print or a log, and not into a reply
//!   of a server that repeats it.

mod anthropic;
mod dialect;
mod error;
mod openai;
mod schema;
mod settings;
mod wire;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use dialect::{Dialect, Usage};
use wire::Wire;

pub use error::Error;
pub use settings::{Key, Price, Provider, Settings};

/// Bytes of a question as it is sent; a longer one is refused before it is.
pub const MOST_QUESTION_BYTES: usize = 400 << 10;
/// Bytes of an answer with everything around it; a longer one is not read to its end.
pub const MOST_ANSWER_BYTES: usize = 256 << 10;
/// Today's tokenizers need a token for 2.5 to 4 bytes of code or prose, and the request's JSON has more bytes than the text
/// in it. Only text of random characters is denser; what it really cost is in [`Reply::micro_usd`].
const BYTES_PER_TOKEN: u64 = 2;
/// Tokens that providers add to a question, for instance to have an answer fit its schema.
const ADDED_TOKENS: u64 = 500;

/// A model that answers questions. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Model {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    dialect: Dialect,
    wire: Wire,
    price: Price,
    max_output_tokens: u32,
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What is to be done and how: ours alone, never text from outside.
    pub instructions: String,
    /// What it is to be done with: fenced by whoever asks, for it may be anybody's text.
    pub data: String,
    /// A name for the form of the answer: letters, digits, `_` and `-`, at most 64.
    pub answer_name: String,
    /// JSON Schema of the answer, an object. Where the provider can, the answer is made to fit it; bounds of numbers and
    /// lengths are not passed on, for few providers take them, and optional properties are asked for like all others.
    /// The answer is to be checked in any case.
    pub answer_schema: Value,
    /// What is to be mended, where the first answer was no good.
    pub repair: Option<Repair>,
}

/// A former answer to the same question, sent as a further turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What was answered.
    pub answer: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The answer; a fence of Markdown around all of it is taken off. Never empty.
    pub text: String,
    /// Tokens of the question: as the provider counted, or the bound where it did not.
    pub input_tokens: u64,
    /// Tokens of the answer, thinking included: as the provider counted, or the bound where it did not.
    pub output_tokens: u64,
    /// What it cost, in millionths of a US dollar, by the prices of the settings, rounded up.
    pub micro_usd: u64,
}

impl Model {
    /// Makes a model ready to be asked. Nothing is sent. TLS takes the process's default crypto provider.
    ///
    /// # Errors
    /// [`Error::Refused`] for settings that make no sense; it says which.
    pub fn open(settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        let name = format!("{}/{}", settings.provider.as_str(), settings.name);
        let dialect = Dialect::of(settings.provider, &settings.name, settings.max_output_tokens);
        let wire = Wire::open(&settings, &name, &dialect)?;
        let Settings { price, max_output_tokens, .. } = settings;
        Ok(Self { inner: Arc::new(Inner { name, dialect, wire, price, max_output_tokens }) })
    }

    /// Provider and model: `anthropic/claude-haiku-5-5`.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What asking costs at most, in millionths of a US dollar: a token for every two bytes that are sent and an answer of
    /// full length. A repair is a question of its own.
    pub fn most_micro_usd(&self, question: &Question) -> u64 {
        let bytes = self.inner.dialect.request(question).to_string().len();
        self.inner.price.micro_usd(most_tokens(bytes), u64::from(self.inner.max_output_tokens))
    }

    /// Asks once.
    ///
    /// # Errors
    /// See [`Error`]. Where the answer was no good, the provider may have charged for it all the same.
    pub async fn ask(&self, question: &Question) -> Result<Reply, Error> {
        let Inner { name, dialect, wire, price, .. } = &*self.inner;
        let request = self.request(question)?;
        let bound = most_tokens(request.len());
        let answer = wire.post(request).await?;
        let said = dialect.read(&answer);
        let said = said.map_err(|why| Error::Refused(format!("{name}: {}", wire.inert(&why))))?;
        let usage = said.usage.unwrap_or(Usage { input: bound, output: most_tokens(answer.len()) });
        Ok(Reply {
            text: wire.without_key(said.text),
            input_tokens: usage.input,
            output_tokens: usage.output,
            micro_usd: price.micro_usd(usage.input, usage.output),
        })
    }

    fn request(&self, question: &Question) -> Result<Vec<u8>, Error> {
        let refused = |why: &str| Err(Error::Refused(format!("{}: {why}", self.inner.name)));
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let name = &question.answer_name;
        if question.instructions.trim().is_empty() || question.data.trim().is_empty() {
            return refused("a question without instructions or without data is none; nothing was sent");
        }
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_of_name) {
            return refused("the answer's name has other characters than letters, digits, _ and -; nothing was sent");
        }
        let request = self.inner.dialect.request(question).to_string().into_bytes();
        if request.len() > MOST_QUESTION_BYTES {
            let why = format!(
                "the question has {} bytes, more than {MOST_QUESTION_BYTES}; nothing was sent; ask with less data",
                request.len()
            );
            return refused(&why);
        }
        Ok(request)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("name", &self.inner.name).finish_non_exhaustive()
    }
}

fn most_tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(BYTES_PER_TOKEN).saturating_add(ADDED_TOKENS)
}
