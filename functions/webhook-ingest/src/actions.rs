//! Workflows of GitHub Actions, known by the identity tokens that GitHub signs for them.

mod bound;
mod settings;
mod used;
mod workflows;

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::StatusCode;
use contracts::{MessageId, RepoName};
use oidc::{ActionsClaims, Claims, Refused, Verifier};
use sha2::{Digest, Sha256};

use crate::problem::Problem;

use used::Used;
use workflows::Pattern;

pub use settings::ActionsSettings;

pub(crate) use bound::{Bound, Place, Said, pull_request};

/// Accepts reports of workflows that prove which repository they run for. Cheap to clone.
#[derive(Clone)]
pub struct Actions {
    inner: Arc<Inner>,
}

struct Inner {
    verifier: Verifier,
    workflows: Vec<Pattern>,
    repository_ids: HashMap<String, String>,
    unauthenticated_ok: bool,
    used: Used,
}

/// A workflow whose token is good.
pub(crate) struct Workflow<'a> {
    inner: &'a Inner,
    claims: Claims<ActionsClaims>,
}

impl Actions {
    /// Makes ready. Nothing is asked of GitHub before the first token.
    ///
    /// # Errors
    /// A setting that cannot be meant, and what it should look like.
    pub fn open(settings: &ActionsSettings) -> Result<Self, String> {
        let verifier = Verifier::open(settings.oidc()?).map_err(|e| format!("ORCHESTRATOR_URL: {e}"))?;
        let inner = Inner {
            verifier,
            workflows: settings.patterns()?,
            repository_ids: settings.ids()?,
            unauthenticated_ok: settings.unauthenticated_ok,
            used: Used::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whether reports are taken from whoever sends them, too.
    pub(crate) fn unauthenticated_ok(&self) -> bool {
        self.inner.unauthenticated_ok
    }

    /// What a token has to be made for.
    pub(crate) fn audience(&self) -> &str {
        self.inner.verifier.settings().audiences.first().map(String::as_str).unwrap_or_default()
    }

    /// Who sends the value of this `Authorization` header.
    pub(crate) async fn workflow(&self, authorization: Option<&str>, now_ms: i64) -> Result<Workflow<'_>, Problem> {
        let verified = async { self.inner.verifier.verify(oidc::bearer(authorization)?, now_ms).await };
        let claims = verified.await.map_err(of_refusal)?;
        Ok(Workflow { inner: &self.inner, claims })
    }
}

impl Workflow<'_> {
    /// What it reports, as far as its token bears it out.
    pub(crate) fn binds(&self, repo: &RepoName, said: &Said<'_>) -> Result<Bound, Problem> {
        let Inner { workflows, repository_ids, .. } = self.inner;
        let claims = &self.claims.own;
        let file = &claims.job_workflow_ref;
        if !workflows.is_empty() && !workflows.iter().any(|pattern| pattern.fits(file)) {
            let shown = oidc::quoted(file);
            return Err(not_borne_out(format!("the workflow {shown} is not in ORCHESTRATOR_ALLOWED_WORKFLOWS")));
        }
        let known_id = repository_ids.get(&repo.as_str().to_ascii_lowercase());
        bound::bound(claims, known_id.map(String::as_str), repo, said).map_err(not_borne_out)
    }

    /// Uses the token up for this body. The same body again is the same report, sent again.
    pub(crate) fn use_for(&self, body: &[u8], now_ms: i64) -> Result<(), Problem> {
        let until = self.claims.expires_at.saturating_add(self.inner.verifier.settings().leeway_seconds);
        let (jti, body) = (Sha256::digest(&self.claims.own.jti).into(), Sha256::digest(body).into());
        if self.inner.used.take(jti, body, until, now_ms.div_euclid(1000)) {
            return Ok(());
        }
        Err(not_borne_out("this token was used for another report: a token is good for one".to_owned()))
    }

    /// One run of a workflow reports one thing, whatever it sends, however often, with however many tokens: whatever comes
    /// second is a repeat for everybody who knows messages by their ids, in any process.
    pub(crate) fn content(&self) -> MessageId {
        let ActionsClaims { repository_id, run_id, .. } = &self.claims.own;
        MessageId::derive(&["actions", &self.claims.issuer, repository_id, run_id])
    }
}

fn of_refusal(refused: Refused) -> Problem {
    match refused {
        Refused::Token(why) => Problem::new(StatusCode::UNAUTHORIZED, "bad-token", "The token is not accepted", why),
        Refused::Unreachable(why) => {
            tracing::warn!(why, "a token cannot be verified");
            let detail = "the token cannot be verified at the moment, for its issuer does not answer; send it again";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Problem::new(status, "issuer-unreachable", "Not verified", detail).retry_after(10)
        }
    }
}

fn not_borne_out(why: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "token-not-for-this", "The token does not bear this report out", why)
}
