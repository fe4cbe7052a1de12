//! A new App for its code, over the API.

use super::{Api, Verb};
use crate::Error;
use crate::manifest::NewApp;

impl Api {
    pub(crate) async fn convert(&self, code: &str) -> Result<NewApp, Error> {
        let path = format!("/app-manifests/{code}/conversions");
        let answer = self.judge(self.exchange(&Verb::Ask, &path, None).await?);
        // The code is half a secret: it is named in no message.
        match answer {
            Ok(answer) => answer.parse().map_err(hide),
            Err(error) => Err(hide(error)),
        }
    }
}

fn hide(error: Error) -> Error {
    let what = "the new App".to_owned();
    match error {
        Error::Unreachable { why, .. } => Error::Unreachable { what, why },
        Error::Server { status, .. } => Error::Server { what, status },
        Error::Missing { status, why, .. } => Error::Missing { what, status, why },
        Error::Refused { status, why, .. } => Error::Refused { what, status, why },
        Error::Denied { why, .. } => Error::Denied { what, why },
        Error::Unauthorized { why, .. } => Error::Unauthorized { what, why },
        Error::Malformed { why, .. } => Error::Malformed { what, why },
        Error::Later { after, .. } => Error::Later { what, after },
        other => other,
    }
}
