//! `config/prices.json`: what things cost, where that is said, and what is assumed where nothing was measured.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day on which the figures were read.
    pub as_of: String,
    #[serde(rename = "about")]
    _about: String,
    /// Amazon's.
    pub aws: Provider,
    /// Google's.
    pub gcp: Provider,
    assumptions: BTreeMap<String, Assumption>,
}

/// One provider's prices in one region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// As the provider names it.
    pub region: String,
    prices: BTreeMap<String, Price>,
}

/// One price.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    usd: f64,
    per: f64,
    /// What is sold.
    pub unit: String,
    /// The page on which the figure was read.
    pub source: String,
    /// Whether it was.
    pub verified: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assumption {
    value: f64,
    why: String,
}

impl Prices {
    /// The committed table.
    pub fn committed() -> anyhow::Result<Self> {
        serde_json::from_str(include_str!("../../../../config/prices.json")).context("the built-in prices.json")
    }

    /// What is assumed of `name`; 0 where the table says nothing, which a test rules out.
    pub fn assumed(&self, name: &str) -> f64 {
        self.assumptions.get(name).map_or(0.0, |assumption| assumption.value)
    }

    /// `20 milliseconds that …`, by name.
    pub fn assumptions(&self) -> impl Iterator<Item = String> {
        self.assumptions.values().map(|Assumption { value, why }| format!("{value} {why}"))
    }
}

impl Provider {
    /// A price; none where the table does not know it, which a test rules out.
    pub fn price(&self, name: &str) -> Option<&Price> {
        self.prices.get(name)
    }

    /// What `amount` of it costs in US dollars.
    pub fn usd(&self, name: &str, amount: f64) -> f64 {
        self.prices.get(name).map_or(0.0, |price| price.usd * amount / price.per)
    }

    /// Units whose price no page was at hand for.
    pub fn unverified(&self) -> impl Iterator<Item = &Price> {
        self.prices.values().filter(|price| !price.verified)
    }
}
