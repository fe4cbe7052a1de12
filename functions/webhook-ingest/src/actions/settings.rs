//! What of the environment says how workflows are known.

use std::collections::HashMap;

use contracts::RepoName;
use oidc::KeySource;

use super::workflows::Pattern;

/// How workflows of GitHub Actions are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActionsSettings {
    /// `ORCHESTRATOR_URL`: this service's public address, which tokens must be made for.
    pub service_url: String,
    /// `ORCHESTRATOR_ACTIONS_ISSUER`: who signs, where that is not github.com; of GitHub Enterprise Server
    /// `https://<host>/_services/token`. Its keys are discovered.
    pub issuer: Option<String>,
    /// `ORCHESTRATOR_ALLOWED_WORKFLOWS`: files that may report, as `owner/name/path@ref`, with blanks or commas between;
    /// `*` is anything, but no slash before the `@`. Empty: all.
    pub workflows: String,
    /// `ORCHESTRATOR_REPOSITORY_IDS`: `owner/name=id`, with blanks or commas between. Whoever takes over a name that was
    /// given up has another id.
    pub repository_ids: String,
    /// `ORCHESTRATOR_UNAUTHENTICATED_NOTIFICATIONS`, `true`: reports without token and key are taken all the same.
    pub unauthenticated_ok: bool,
}

impl ActionsSettings {
    /// What is set, looked up by name; none without a public address.
    pub fn read(of: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let of = |name: &str| of(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        Some(Self {
            service_url: of("ORCHESTRATOR_URL")?,
            issuer: of("ORCHESTRATOR_ACTIONS_ISSUER"),
            workflows: of("ORCHESTRATOR_ALLOWED_WORKFLOWS").unwrap_or_default(),
            repository_ids: of("ORCHESTRATOR_REPOSITORY_IDS").unwrap_or_default(),
            unauthenticated_ok: of("ORCHESTRATOR_UNAUTHENTICATED_NOTIFICATIONS").is_some_and(|v| v == "true"),
        })
    }

    pub(super) fn oidc(&self) -> Result<oidc::Settings, String> {
        if !self.service_url.starts_with("https://") && !self.service_url.starts_with("http://") {
            let shown = oidc::quoted(&self.service_url);
            return Err(format!("ORCHESTRATOR_URL is {shown}: expected the address of this service, https://…"));
        }
        let mut settings = oidc::Settings::github_actions(&self.service_url);
        if let Some(issuer) = &self.issuer {
            settings.issuers = vec![issuer.clone()];
            settings.keys = KeySource::Discovered;
        }
        Ok(settings)
    }

    pub(super) fn patterns(&self) -> Result<Vec<Pattern>, String> {
        words(&self.workflows).map(Pattern::parse).collect()
    }

    pub(super) fn ids(&self) -> Result<HashMap<String, String>, String> {
        let wrong = |word: &str| {
            let shown = oidc::quoted(word);
            format!("ORCHESTRATOR_REPOSITORY_IDS holds {shown}: expected owner/name=id, the id a number")
        };
        let pair = |word: &str| {
            let (name, id) = word.split_once('=').ok_or_else(|| wrong(word))?;
            let name: RepoName = name.parse().map_err(|_| wrong(word))?;
            let is_number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
            if is_number { Ok((name.as_str().to_ascii_lowercase(), id.to_owned())) } else { Err(wrong(word)) }
        };
        words(&self.repository_ids).map(pair).collect()
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Actions;

    fn settings(change: impl FnOnce(&mut ActionsSettings)) -> ActionsSettings {
        let mut settings =
            ActionsSettings { service_url: "https://downstream.example".to_owned(), ..ActionsSettings::default() };
        change(&mut settings);
        settings
    }

    #[test]
    fn nothing_is_set_up_without_an_address() {
        let of = |set: &'static [(&str, &str)]| {
            ActionsSettings::read(move |name| {
                set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[("ORCHESTRATOR_ALLOWED_WORKFLOWS", "a/b/c@d")]), None);
        assert_eq!(of(&[("ORCHESTRATOR_URL", " ")]), None);
        let all = of(&[
            ("ORCHESTRATOR_URL", "https://downstream.example/"),
            ("ORCHESTRATOR_REPOSITORY_IDS", "acme/Api=74, acme/shop=5"),
            ("ORCHESTRATOR_UNAUTHENTICATED_NOTIFICATIONS", "true"),
        ]);
        let all = all.unwrap();
        assert!(all.unauthenticated_ok);
        assert_eq!(all.ids().unwrap()["acme/api"], "74");
        let half = of(&[("ORCHESTRATOR_URL", "https://a"), ("ORCHESTRATOR_UNAUTHENTICATED_NOTIFICATIONS", "false")]);
        assert!(!half.unwrap().unauthenticated_ok);
    }

    #[test]
    fn settings_that_cannot_be_meant_are_named() {
        assert!(Actions::open(&settings(|_| ())).is_ok());
        type Change = fn(&mut ActionsSettings);
        let cases: [(Change, &str); 9] = [
            (|s| s.service_url = String::new(), "ORCHESTRATOR_URL"),
            (|s| s.service_url = "downstream.example".into(), "ORCHESTRATOR_URL"),
            (|s| s.service_url = "https://a b".into(), "ORCHESTRATOR_URL"),
            (|s| s.issuer = Some("http://issuer.example".into()), "https only"),
            (|s| s.workflows = "acme/ci".into(), "ORCHESTRATOR_ALLOWED_WORKFLOWS"),
            (|s| s.workflows = "a/b/c@d, *".into(), "ORCHESTRATOR_ALLOWED_WORKFLOWS"),
            (|s| s.repository_ids = "acme/api".into(), "ORCHESTRATOR_REPOSITORY_IDS"),
            (|s| s.repository_ids = "acme/api=x".into(), "ORCHESTRATOR_REPOSITORY_IDS"),
            (|s| s.repository_ids = "api=1".into(), "ORCHESTRATOR_REPOSITORY_IDS"),
        ];
        for (change, says) in cases {
            let settings = settings(change);
            let error = Actions::open(&settings).err().unwrap_or_default();
            assert!(error.contains(says), "{settings:?}: {error:?}");
        }
    }
}
