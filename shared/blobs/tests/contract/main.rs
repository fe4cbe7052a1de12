//! What every adapter owes, asked of each of them.

#[cfg(feature = "gcp")]
mod gcs;
#[cfg(any(feature = "aws", feature = "gcp"))]
mod remote;
#[cfg(feature = "aws")]
mod s3;
mod suite;

use blobs::{Blobs, Error};
use contracts::BlobKey;
use stage::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn directory() {
    let folder = tempfile::tempdir().expect("a folder");
    let alter = |key: BlobKey, bytes: Vec<u8>| {
        let (kind, digest) = key.as_str().split_once('/').expect("a digest");
        let path = folder.path().join(kind).join(&digest[..2]).join(&digest[2..]);
        async move { std::fs::write(path, bytes).expect("writes") }
    };
    // A file's name has at most 255 bytes; a digest has 64 characters.
    suite::contract(&format!("dir:{}", folder.path().display()), 255, alter).await;
}

#[tokio::test]
async fn other_urls_are_refused_by_name() {
    for url in ["", "dir:", "s3", "gs", "ftp://host/x", "http:x", "S3:bucket"] {
        let error = Blobs::open(url).await.expect_err(url).to_string();
        assert!(error.contains("expected dir:<path>"), "{error}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let url = format!("dir:{}/below", file.path().display());
    let error = Blobs::open(&url).await.expect_err("a file is no folder").to_string();
    assert!(error.contains(&url), "{error}");
}

#[tokio::test]
async fn buckets_are_checked_before_they_are_asked() {
    for url in ["s3:", "gs:", "s3://bucket", "gs:a b", "s3:bucket/../x", "s3:bucket?region=x"] {
        assert!(matches!(Blobs::open(url).await, Err(Error::Open { .. })), "{url}");
    }
}

#[cfg(not(any(feature = "aws", feature = "gcp")))]
#[tokio::test]
async fn what_is_not_built_in_says_so() {
    for (url, feature) in [("s3:bucket", "--features aws"), ("gs:bucket/prefix", "--features gcp")] {
        let error = Blobs::open(url).await.expect_err(url).to_string();
        assert!(error.contains(feature) && error.contains(url), "{error}");
    }
}

#[test]
fn an_error_is_named_by_what_happens_next() {
    let key: BlobKey = "test/0".parse().expect("a key");
    let io = |kind| Error::Io { key: key.clone(), source: std::io::Error::from(kind) };
    let retried = [std::io::ErrorKind::TimedOut, std::io::ErrorKind::PermissionDenied, std::io::ErrorKind::NotFound];
    for kind in retried {
        assert!(matches!(Fault::from(io(kind)), Fault::Retry { .. }), "{kind}");
    }
    let why = String::new();
    let rejected = [
        Error::Missing(key.clone()),
        Error::Malformed { key: key.clone(), why: why.clone() },
        Error::TooLarge { key, bytes: 2, most: 1 },
        Error::Open { url: why.clone(), why },
    ];
    for error in rejected {
        assert!(matches!(Fault::from(error), Fault::Reject { .. }));
    }
}
