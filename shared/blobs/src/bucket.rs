//! What all object storages of the clouds have in common: a bucket, a prefix, limits of size and of time.

use std::future::Future;
use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use contracts::BlobKey;

use crate::{Error, too_short};

/// An operation that takes longer has failed: a function has better uses for its time, and the message comes back.
const LONGEST: Duration = Duration::from_secs(60);

/// What a remote storage answers some time later.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// One object: the key for people, the name for the storage.
pub(crate) struct Object<'a> {
    pub key: &'a BlobKey,
    pub name: String,
}

/// The operations of one storage. None of them has to watch its time.
pub(crate) trait Remote: std::fmt::Debug + Send + Sync {
    /// Creates the object; that it is there already is a success.
    fn put<'a>(&'a self, object: &'a Object<'a>, bytes: Vec<u8>) -> Answer<'a, ()>;
    /// The whole object, or the `(offset, length)` of it, in which length is not zero; less where it ends before. Never
    /// more than the length, and never more than [`crate::MOST_BYTES`].
    fn get<'a>(&'a self, object: &'a Object<'a>, range: Option<(u64, u32)>) -> Answer<'a, Vec<u8>>;
    /// Whether it is there.
    fn exists<'a>(&'a self, object: &'a Object<'a>) -> Answer<'a, bool>;
}

/// An open bucket. Cloning shares its connections.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    prefix: String,
    remote: Arc<dyn Remote>,
}

impl Bucket {
    /// `place` is `<bucket>[/<prefix>]`. Nothing is asked of the network yet.
    pub(crate) fn open(scheme: &str, place: &str) -> Result<Self, String> {
        let (bucket, prefix) = parse(place)?;
        Ok(Self { prefix, remote: connect(scheme, bucket)? })
    }

    pub(crate) async fn put(&self, key: &BlobKey, bytes: Vec<u8>) -> Result<(), Error> {
        let object = self.object(key);
        in_time(&object, self.remote.put(&object, bytes)).await
    }

    pub(crate) async fn get(&self, key: &BlobKey) -> Result<Vec<u8>, Error> {
        let object = self.object(key);
        in_time(&object, self.remote.get(&object, None)).await
    }

    pub(crate) async fn get_range(&self, key: &BlobKey, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        if length == 0 {
            // Ranges of http have at least one byte.
            return if self.exists(key).await? { Ok(Vec::new()) } else { Err(Error::Missing(key.clone())) };
        }
        let object = self.object(key);
        let bytes = in_time(&object, self.remote.get(&object, Some((offset, length)))).await?;
        if bytes.len() == length as usize { Ok(bytes) } else { Err(too_short(key, bytes.len(), offset, length)) }
    }

    pub(crate) async fn exists(&self, key: &BlobKey) -> Result<bool, Error> {
        let object = self.object(key);
        in_time(&object, self.remote.exists(&object)).await
    }

    fn object<'a>(&self, key: &'a BlobKey) -> Object<'a> {
        Object { key, name: format!("{}{key}", self.prefix) }
    }
}

/// The bucket, and the prefix with its slash. Only what both clouds take as a name without escaping is taken.
fn parse(place: &str) -> Result<(String, String), String> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !(3..=222).contains(&bucket.len()) || !plain(bucket) {
        return Err(format!("{bucket:?} is no name of a bucket: expected <bucket>[/<prefix>]"));
    }
    let prefix = prefix.trim_end_matches('/');
    if prefix.is_empty() {
        return Ok((bucket.to_owned(), String::new()));
    }
    let odd = |part: &str| part.is_empty() || part.starts_with('.') || !plain(part);
    if prefix.len() > 200 || prefix.split('/').any(odd) {
        return Err(format!(
            "{prefix:?} is no prefix: expected words of letters, digits, '-', '_' and '.', joined by '/'"
        ));
    }
    Ok((bucket.to_owned(), format!("{prefix}/")))
}

fn connect(scheme: &str, bucket: String) -> Result<Arc<dyn Remote>, String> {
    match scheme {
        #[cfg(feature = "aws")]
        "s3" => Ok(Arc::new(crate::s3::S3::new(bucket))),
        #[cfg(feature = "gcp")]
        "gs" => Ok(Arc::new(crate::gcs::Gcs::new(bucket))),
        #[cfg(not(feature = "aws"))]
        "s3" => Err(format!("this program cannot reach the bucket {bucket}: build with --features aws")),
        _ => Err(format!("this program cannot reach the bucket {bucket}: build with --features gcp")),
    }
}

async fn in_time<T>(object: &Object<'_>, answer: Answer<'_, T>) -> Result<T, Error> {
    tokio::time::timeout(LONGEST, answer).await.unwrap_or_else(|_| {
        let why = format!("no answer about {} within {} s", object.name, LONGEST.as_secs());
        Err(Error::Io { key: object.key.clone(), source: std::io::Error::new(ErrorKind::TimedOut, why) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_checked() {
        let good = [
            ("my-bucket", "my-bucket", ""),
            ("my.bucket_1/", "my.bucket_1", ""),
            ("bucket/a", "bucket", "a/"),
            ("bucket/a/B.c_d-e/", "bucket", "a/B.c_d-e/"),
        ];
        for (place, bucket, prefix) in good {
            assert_eq!(parse(place), Ok((bucket.to_owned(), prefix.to_owned())), "{place}");
        }
        let long = format!("bucket/{}", "a".repeat(201));
        let bad =
            ["", "/", "ab", "/a", "a b c", "bucket?x=1", "b%75cket", "bucket//a", "bucket/../a", "bucket/a b", &long];
        for place in bad {
            assert!(parse(place).is_err(), "{place}");
        }
    }
}
