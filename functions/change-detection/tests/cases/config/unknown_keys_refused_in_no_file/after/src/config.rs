//! Reads `what is given`.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub plot: PlotConfig,
    pub water: Option<WaterConfig>,
    pub extra: toml::Value,
}

#[derive(Debug, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlotConfig {
    pub owner_names: Vec<String>,
    #[serde(alias = "label")]
    pub title: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaterConfig {
    pub litres: u32,
    #[serde(flatten)]
    pub rest: toml::Value,
}
