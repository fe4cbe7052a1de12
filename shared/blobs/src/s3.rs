//! Objects in Amazon S3, or in a server that speaks like it (`AWS_ENDPOINT_URL`). Credentials and region are found where
//! every program of Amazon's looks for them.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use contracts::BlobKey;
use tokio::sync::OnceCell;

use crate::arriving::Arriving;
use crate::bucket::{Answer, Object, Remote};
use crate::failure::{Answered, answered, silent};
use crate::{Error, content_type, too_short};

/// Without `s3:ListBucket` the storage answers 403 instead of 404 for what is not there.
const GRANT: &str = "s3:GetObject, s3:PutObject and s3:ListBucket";
const CREDENTIALS: &str = "give the function a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
/// Tries of one request, the SDK's own waiting in between. The message's retries come on top.
const TRIES: u32 = 3;
/// Tries of a write that meets another write of the same key, and the first wait between them.
const MEETINGS: u32 = 5;
const WAIT: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(crate) struct S3 {
    bucket: String,
    client: OnceCell<Client>,
}

impl S3 {
    pub(crate) fn new(bucket: String) -> Self {
        Self { bucket, client: OnceCell::new() }
    }

    /// Made when it is first needed: looking for credentials may ask the network.
    async fn client(&self) -> &Client {
        self.client.get_or_init(connect).await
    }

    /// Creates the object, or finds that it is there.
    ///
    /// No HEAD comes before the PUT. In us-east-1 a PUT costs 0.005 USD per 1,000 and a HEAD 0.0004
    /// (<https://aws.amazon.com/s3/pricing/>), and a PUT that finds the object is paid, too. So asking first costs 8 % more
    /// on every new object and saves 92 % on a repeat: it pays only where more than one write in twelve is a repeat. Here a
    /// repeat is a message delivered again before its decision was kept, which is far rarer, and each new document would
    /// wait for one more answer.
    async fn create(&self, object: &Object<'_>, bytes: Vec<u8>) -> Result<(), Error> {
        let bytes = aws_sdk_s3::primitives::SdkBody::from(bytes);
        let mut wait = WAIT;
        for meeting in 1.. {
            let body = bytes.try_clone().map(ByteStream::new).unwrap_or_default();
            let put = self.client().await.put_object().bucket(&self.bucket).key(&object.name).if_none_match("*");
            let put = put.content_type(content_type(object.key)).checksum_algorithm(ChecksumAlgorithm::Crc32);
            let Err(error) = put.body(body).send().await else { return Ok(()) };
            match status(&error) {
                // It is there, and equal keys mean equal bytes.
                Some(412) => return Ok(()),
                // Somebody else is writing it, and may yet fail to.
                Some(409) if meeting < MEETINGS => tokio::time::sleep(wait).await,
                _ => return Err(self.failed(object.key, &error)),
            }
            wait *= 2;
        }
        Ok(())
    }

    async fn read(&self, object: &Object<'_>, range: Option<(u64, u32)>) -> Result<Vec<u8>, Error> {
        let key = object.key;
        let get = self.client().await.get_object().bucket(&self.bucket).key(&object.name);
        let bytes = range.map(|(from, length)| format!("bytes={from}-{}", from.saturating_add(u64::from(length) - 1)));
        let mut found =
            get.set_range(bytes).send().await.map_err(|error| match (status(&error), error.code(), range) {
                (Some(404), Some("NoSuchKey"), _) => Error::Missing(key.clone()),
                (Some(416), _, Some((from, length))) => too_short(key, 0, from, length),
                _ => self.failed(key, &error),
            })?;
        let announced = u64::try_from(found.content_length().unwrap_or(0)).unwrap_or(0);
        let mut arriving = Arriving::new(key, range, announced)?;
        while let Some(piece) = found.body.next().await {
            let interrupted = |error| silent(key, &self.bucket, CREDENTIALS, &error);
            arriving.add(&piece.map_err(interrupted)?)?;
        }
        Ok(arriving.all())
    }

    async fn head(&self, object: &Object<'_>) -> Result<bool, Error> {
        let head = self.client().await.head_object().bucket(&self.bucket).key(&object.name).send().await;
        match head {
            Ok(_) => Ok(true),
            Err(error) if status(&error) == Some(404) => Ok(false),
            Err(error) => Err(self.failed(object.key, &error)),
        }
    }

    fn failed<E>(&self, key: &BlobKey, error: &SdkError<E>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let Some(status) = status(error) else { return silent(key, &self.bucket, CREDENTIALS, error) };
        let words = [error.code(), error.message()].map(Option::unwrap_or_default);
        answered(key, &self.bucket, GRANT, &Answered { status, what: words.join(": ") })
    }
}

impl Remote for S3 {
    fn put<'a>(&'a self, object: &'a Object<'a>, bytes: Vec<u8>) -> Answer<'a, ()> {
        Box::pin(self.create(object, bytes))
    }

    fn get<'a>(&'a self, object: &'a Object<'a>, range: Option<(u64, u32)>) -> Answer<'a, Vec<u8>> {
        Box::pin(self.read(object, range))
    }

    fn exists<'a>(&'a self, object: &'a Object<'a>) -> Answer<'a, bool> {
        Box::pin(self.head(object))
    }
}

async fn connect() -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(Duration::from_secs(20))
        .operation_timeout(Duration::from_secs(60));
    let settings = aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts.build())
        .retry_config(RetryConfig::standard().with_max_attempts(TRIES).with_max_backoff(Duration::from_secs(1)));
    let settings = settings.load().await;
    // A local server has one address and no names below it.
    let is_local = settings.endpoint_url().is_some();
    Client::from_conf(aws_sdk_s3::config::Builder::from(&settings).force_path_style(is_local).build())
}

/// What http calls it; none where nobody answered.
fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
