//! What Amazon's errors mean here.

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};

use crate::Error;
use crate::error::with_causes;

/// Codes for a queue that is not there; the second is what the query protocol says.
const NO_QUEUE: [&str; 3] = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "InvalidAddress"];
/// Codes for a receipt that has ended: the message came back meanwhile, or is gone.
const ENDED: [&str; 3] = ["ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue"];
/// Codes that ask for patience, some of them with a status of the 4xx.
const LATER: [&str; 5] = ["RequestThrottled", "ThrottlingException", "Throttling", "OverLimit", "RequestTimeout"];

/// What a failed call to `queue` means.
pub(crate) fn fault<E>(queue: &str, error: SdkError<E>) -> Error
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let code = error.code().unwrap_or_default();
    let status = error.raw_response().map(|response| response.status().as_u16());
    let queue = name(queue);
    if NO_QUEUE.contains(&code) {
        return Error::NoQueue { queue };
    }
    let was_refused = status.is_some_and(|status| (400..500).contains(&status) && status != 429);
    if was_refused && !LATER.contains(&code) {
        let why = error.message().unwrap_or("it does not say why");
        return Error::Refused { queue, why: format!("{code}: {why}") };
    }
    Error::Unavailable { queue, why: with_causes(&error) }
}

/// An answer to a call about a receipt: one that has ended needs nothing any more.
pub(crate) fn about_a_receipt<T, E>(queue: &str, answer: Result<T, SdkError<E>>) -> Result<(), Error>
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match answer {
        Ok(_) => Ok(()),
        Err(error) if error.code().is_some_and(|code| ENDED.contains(&code)) => {
            tracing::debug!(queue = name(queue), "the message came back meanwhile: {}", with_causes(&error));
            Ok(())
        }
        Err(error) => Err(fault(queue, error)),
    }
}

/// What people call a queue.
pub(crate) fn name(url: &str) -> String {
    url.rsplit_once('/').map_or(url, |(_, name)| name).to_owned()
}
