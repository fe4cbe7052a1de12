//! What Google's errors mean here.

use google_cloud_gax::error::rpc::Code;
use google_cloud_pubsub::error::PublishError;

use crate::Error;
use crate::error::with_causes;

/// What a failed call about `queue` (the full name of a topic or subscription) means.
pub(crate) fn fault(queue: &str, error: &google_cloud_gax::error::Error) -> Error {
    let (queue, why) = (queue.to_owned(), with_causes(error));
    match error.status().map(|status| status.code) {
        Some(Code::NotFound) => Error::NoQueue { queue },
        Some(Code::InvalidArgument | Code::PermissionDenied | Code::Unauthenticated | Code::FailedPrecondition) => {
            Error::Refused { queue, why }
        }
        _ => Error::Unavailable { queue, why },
    }
}

/// What a failed publication means.
pub(crate) fn unpublished(topic: &str, error: PublishError) -> Error {
    match error {
        PublishError::Rpc(error) => fault(topic, &error),
        other => Error::Unavailable { queue: topic.to_owned(), why: other.to_string() },
    }
}
