//! What is declared, as the service understood it.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::RepoName;

use crate::answer::json;
use crate::deps::App;
use crate::problem::Problem;

/// `GET /api/relationships`: the whole file.
pub(crate) async fn all(State(app): State<Arc<App>>) -> Response {
    json(StatusCode::OK, app.deps.relationships.document())
}

/// `GET /api/relationships/{owner}/{name}`: one repository's entry.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Problem> {
    let name = path.ok().and_then(|Path((owner, name))| format!("{owner}/{name}").parse::<RepoName>().ok());
    let declared = name.as_ref().and_then(|name| app.deps.relationships.declared(name));
    match declared {
        Some(declared) => Ok(json(StatusCode::OK, declared)),
        None => {
            let detail = match name {
                Some(name) => format!("{name} has no entry in relationships.json"),
                None => "this is not a repository's name: expected owner/name".to_owned(),
            };
            Err(Problem::new(StatusCode::NOT_FOUND, "no-such-repository", "Repository not found", detail))
        }
    }
}
