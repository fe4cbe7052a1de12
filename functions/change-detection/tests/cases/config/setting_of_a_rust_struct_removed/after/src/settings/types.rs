#[derive(Debug, Deserialize)]
#[serde(default)]
struct Settings {
  /// Where.
  #[serde(alias = "tls")]
  secure: bool,
  #[serde(default)]
  images: Option<Images>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Images {
  #[serde(rename = "min-size")]
  least: u32,
}
