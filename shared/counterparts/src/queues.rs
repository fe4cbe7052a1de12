//! The queues of an installation on a server that has none: what Terraform makes in a cloud.

use crate::Server;

/// The account in which LocalStack puts what it is asked for with credentials of nobody in particular.
const ACCOUNT: &str = "000000000000";

/// By the signature's scope a server knows which service is asked; it does not look at the rest.
const CREATE: &str = "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, \
    SignedHeaders=host, Signature=0\r\nX-Amz-Target: AmazonSQS.CreateQueue\r\nContent-Type: application/x-amz-json-1.0\r\n";

/// Makes the queues of `stages` on a server that speaks SQS, each with its dead letters, and answers what the door `queue`
/// is opened by.
///
/// # Panics
/// If the server does not make them.
pub fn sqs_queues(server: &Server, prefix: &str, stages: &[&str]) -> String {
    for name in with_dead_letters(prefix, stages) {
        let body = format!(r#"{{"QueueName":"{name}"}}"#);
        assert!(server.answers("POST", "/", CREATE, &body), "the queue {name} was not made by {}", server.url());
    }
    format!("sqs:{}/{ACCOUNT}/{prefix}", server.url())
}

/// The names of the queues of `stages`: `<prefix><stage>` with `-` for `_`, and the same with `-dead`.
pub(crate) fn with_dead_letters<'a>(prefix: &'a str, stages: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let names = stages.iter().map(move |stage| format!("{prefix}{}", stage.replace('_', "-")));
    names.flat_map(|name| [name.clone(), format!("{name}-dead")])
}
