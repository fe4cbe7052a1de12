use std::fmt;
use std::time::Duration;

use url::{Host, Url};

use super::Error;

/// Who runs the model.
pub use contracts::pipeline::ModelProvider as Provider;

/// A question that takes longer than this holds up a whole stage.
const LONGEST: Duration = Duration::from_secs(600);
/// No model of today answers with more.
const MOST_OUTPUT_TOKENS: u32 = 128_000;

/// Which model is asked, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who runs the model.
    pub provider: Provider,
    /// The model's name as its provider spells it.
    pub name: String,
    /// Where the API is, with its version; none for the provider's own address. Plain http only to a loopback address.
    pub base_url: Option<String>,
    /// The secret that the provider knows us by.
    pub key: Option<Key>,
    /// The longest that one question may take, 1 s to 10 min.
    pub timeout: Duration,
    /// The longest answer, 1 to 128,000 tokens.
    pub max_output_tokens: u32,
    /// What it costs.
    pub price: Price,
}

/// What a million tokens cost, in US dollars. The same number is the price of one token in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Of questions.
    pub input_usd_per_million: f64,
    /// Of answers.
    pub output_usd_per_million: f64,
}

impl Price {
    /// What so many tokens cost, in millionths of a US dollar, rounded up.
    pub fn micro_usd(self, input_tokens: u64, output_tokens: u64) -> u64 {
        let input = input_tokens as f64 * self.input_usd_per_million;
        let output = output_tokens as f64 * self.output_usd_per_million;
        // The product of decimal numbers is a little off; a billionth more is no reason to round up.
        (input + output - 1e-9).ceil() as u64
    }
}

/// A secret that does not print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Takes the secret; none where it is empty or white space.
    pub fn new(secret: &str) -> Option<Self> {
        let secret = secret.trim();
        (!secret.is_empty()).then(|| Self(secret.to_owned()))
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

impl Settings {
    /// What makes no sense whatever the provider is.
    pub(super) fn check(&self) -> Result<(), Error> {
        let refused = |why: String| Err(Error::Refused(why));
        let provider = self.provider;
        if self.name.is_empty() || self.name.len() > 200 || !self.name.chars().all(|c| c.is_ascii_graphic()) {
            return refused("the model's name is empty, too long or has spaces; correct model.name".to_owned());
        }
        if self.timeout.is_zero() || self.timeout > LONGEST {
            return refused(format!("model.timeout is not between 1 and {} seconds", LONGEST.as_secs()));
        }
        if self.max_output_tokens == 0 || self.max_output_tokens > MOST_OUTPUT_TOKENS {
            return refused(format!("model.max_output_tokens is not between 1 and {MOST_OUTPUT_TOKENS}"));
        }
        let Price { input_usd_per_million: input, output_usd_per_million: output } = self.price;
        if [input, output].iter().any(|usd| !(0.0..=1e6).contains(usd)) {
            return refused("a price of the model is negative, no number or above a dollar a token".to_owned());
        }
        if provider.needs_key() && self.key.is_none() {
            let variable = provider.key_variable();
            return refused(format!("{} cannot be asked without a key; set {variable}", provider.as_str()));
        }
        Ok(())
    }

    /// The address of the API, with a slash at its end.
    pub(super) fn base(&self) -> Result<Url, Error> {
        let refused = |why: &str| Error::Refused(format!("model.base_url {why}"));
        let own = own_address(self.provider);
        let text = self.base_url.as_deref().or(own).ok_or_else(|| refused("is needed for openai_compatible"))?;
        let mut url = Url::parse(text).map_err(|e| refused(&format!("is no address: {e}")))?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(refused("has more than a host and a path in it; the key belongs into the environment"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&url) => {}
            "http" => {
                return Err(refused("is plain http to another machine; use https, or http to a loopback address"));
            }
            _ => return Err(refused("is neither https nor http")),
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(url)
    }
}

/// As each provider documents it.
fn own_address(provider: Provider) -> Option<&'static str> {
    Some(match provider {
        Provider::Anthropic => "https://api.anthropic.com/v1/",
        Provider::Openai => "https://api.openai.com/v1/",
        // https://ai.google.dev/gemini-api/docs/openai
        Provider::Gemini => "https://generativelanguage.googleapis.com/v1beta/openai/",
        Provider::Mistral => "https://api.mistral.ai/v1/",
        Provider::Groq => "https://api.groq.com/openai/v1/",
        Provider::Openrouter => "https://openrouter.ai/api/v1/",
        Provider::Ollama => "http://127.0.0.1:11434/v1/",
        Provider::OpenaiCompatible => return None,
    })
}

/// A name is only as local as its resolver says, so no name counts.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(v4)) => v4.is_loopback(),
        Some(Host::Ipv6(v6)) => v6.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}
