//! Objects in Google Cloud Storage, or in a server that speaks like it (`STORAGE_EMULATOR_HOST`). Credentials are found where
//! every program of Google's looks for them.

use std::time::Duration;

use bytes::Bytes;
use contracts::BlobKey;
use google_cloud_auth::credentials::anonymous;
use google_cloud_gax::exponential_backoff::ExponentialBackoffBuilder;
use google_cloud_gax::retry_policy::RetryPolicyExt;
use google_cloud_storage::client::Storage;
use google_cloud_storage::model_ext::ReadRange;
use google_cloud_storage::read_resume_policy::{ReadResumePolicyExt, Recommended};
use google_cloud_storage::retry_policy::RetryableErrors;
use tokio::sync::OnceCell;

use crate::arriving::Arriving;
use crate::bucket::{Answer, Object, Remote};
use crate::failure::{Answered, answered, silent};
use crate::{Error, MOST_BYTES, content_type, too_short};

const GRANT: &str = "roles/storage.objectUser";
const CREDENTIALS: &str =
    "give the service an account, or run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS";
/// Tries of one request. The message's retries come on top.
const TRIES: u32 = 3;

#[derive(Debug)]
pub(crate) struct Gcs {
    bucket: String,
    client: OnceCell<Storage>,
}

impl Gcs {
    pub(crate) fn new(bucket: String) -> Self {
        Self { bucket, client: OnceCell::new() }
    }

    /// Made when it is first needed: looking for credentials may ask the network.
    async fn client(&self, key: &BlobKey) -> Result<&Storage, Error> {
        let made = self.client.get_or_try_init(connect).await;
        made.map_err(|error| silent(key, &self.bucket, CREDENTIALS, &error))
    }

    fn resource(&self) -> String {
        format!("projects/_/buckets/{}", self.bucket)
    }

    /// Creates the object, or finds that it is there. A write that finds it is not paid
    /// (<https://cloud.google.com/storage/pricing#operations-notes>: none is that is answered by a 4xx other than 404), so
    /// asking before would only cost.
    async fn create(&self, object: &Object<'_>, bytes: Vec<u8>) -> Result<(), Error> {
        let write = self.client(object.key).await?.write_object(self.resource(), &object.name, Bytes::from(bytes));
        let write = write.set_if_generation_match(0).set_content_type(content_type(object.key));
        match write.send_buffered().await {
            Ok(_) => Ok(()),
            // It is there, and equal keys mean equal bytes.
            Err(error) if error.http_status_code() == Some(412) => Ok(()),
            Err(error) => Err(self.failed(object.key, &error)),
        }
    }

    async fn read(&self, object: &Object<'_>, range: Option<(u64, u32)>) -> Result<Vec<u8>, Error> {
        let key = object.key;
        let read = self.client(key).await?.read_object(self.resource(), &object.name);
        let wanted = range.map_or_else(ReadRange::all, |(from, length)| ReadRange::segment(from, u64::from(length)));
        let mut found =
            read.set_read_range(wanted).send().await.map_err(|error| match (error.http_status_code(), range) {
                (Some(404), _) if !names_bucket(&error) => Error::Missing(key.clone()),
                (Some(416), Some((from, length))) => too_short(key, 0, from, length),
                _ => self.failed(key, &error),
            })?;
        let announced = if range.is_some() { 0 } else { u64::try_from(found.object().size).unwrap_or(0) };
        let mut arriving = Arriving::new(key, range, announced)?;
        while let Some(piece) = found.next().await {
            match piece {
                Ok(piece) => arriving.add(&piece)?,
                Err(error) => return Err(self.failed(key, &error)),
            }
        }
        Ok(arriving.all())
    }

    /// Asks for the object and leaves when it begins to come: metadata alone is had by another protocol only.
    async fn begins(&self, object: &Object<'_>) -> Result<bool, Error> {
        let read = self.client(object.key).await?.read_object(self.resource(), &object.name);
        match read.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.http_status_code() == Some(404) && !names_bucket(&error) => Ok(false),
            Err(error) => Err(self.failed(object.key, &error)),
        }
    }

    fn failed(&self, key: &BlobKey, error: &google_cloud_storage::Error) -> Error {
        let Some(status) = error.http_status_code() else { return silent(key, &self.bucket, CREDENTIALS, error) };
        let words = error.status().map_or_else(|| payload(error), |status| status.message.clone());
        answered(key, &self.bucket, GRANT, &Answered { status, what: words })
    }
}

impl Remote for Gcs {
    fn put<'a>(&'a self, object: &'a Object<'a>, bytes: Vec<u8>) -> Answer<'a, ()> {
        Box::pin(self.create(object, bytes))
    }

    fn get<'a>(&'a self, object: &'a Object<'a>, range: Option<(u64, u32)>) -> Answer<'a, Vec<u8>> {
        Box::pin(self.read(object, range))
    }

    fn exists<'a>(&'a self, object: &'a Object<'a>) -> Answer<'a, bool> {
        Box::pin(self.begins(object))
    }
}

async fn connect() -> Result<Storage, google_cloud_gax::client_builder::Error> {
    let patience = ExponentialBackoffBuilder::new()
        .with_initial_delay(Duration::from_millis(200))
        .with_maximum_delay(Duration::from_secs(1));
    let builder = Storage::builder()
        .with_retry_policy(RetryableErrors.with_attempt_limit(TRIES))
        .with_backoff_policy(patience.clamp())
        .with_read_resume_policy(Recommended.with_attempt_limit(TRIES))
        // An object is in memory as a whole, so a write that was cut off begins again; a session for it would be a request more.
        .with_resumable_upload_threshold(MOST_BYTES + 1);
    match emulator() {
        None => builder.build().await,
        Some(url) => builder.with_endpoint(url).with_credentials(anonymous::Builder::new().build()).build().await,
    }
}

/// Where a local server listens, in the variable that Google's other clients read: with or without `http://`.
fn emulator() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a name of Google's clients, which this one does not read by itself")]
    let host = std::env::var("STORAGE_EMULATOR_HOST").ok().filter(|host| !host.is_empty())?;
    Some(if host.contains("://") { host } else { format!("http://{host}") })
}

/// Whether what is missing is the bucket.
fn names_bucket(error: &google_cloud_storage::Error) -> bool {
    error.status().map_or_else(|| payload(error), |status| status.message.clone()).contains("bucket does not exist")
}

/// What was answered instead of an object, where it is not in Google's form.
fn payload(error: &google_cloud_storage::Error) -> String {
    let text = error.http_payload().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "no reason".to_owned())
}
