#[derive(Debug, Deserialize)]
#[serde(default)]
struct Settings {
  /// Where.
  image_url: Option<String>,
  #[serde(rename = "tls")]
  with_tls: bool,
  #[serde(default)]
  images: Option<Images>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Images {
  max_size: u32,
  min_size: u32,
}
