//! What every adapter owes, asked of each of them.

use blobs::{Blobs, Error, key_of};

#[tokio::test(flavor = "multi_thread")]
async fn directory() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("dir:{}", folder.path().display());
    let blobs = Blobs::open(&url).await.expect("opens");
    let again = Blobs::open(&url).await.expect("opens twice");
    keeps_what_was_put(&blobs, &again).await;
    first_write_wins(&blobs).await;
    missing_is_an_error(&blobs).await;
    ranges_are_exact(&blobs).await;
    concurrent_writers_agree(&blobs).await;
    documents_are_understood_once(&blobs).await;
}

async fn keeps_what_was_put(blobs: &Blobs, again: &Blobs) {
    for bytes in [b"".to_vec(), b"hello".to_vec(), vec![0; 1 << 20]] {
        let key = key_of("test", &bytes);
        assert!(!again.exists(&key).await.expect("answers"));
        blobs.put(&key, bytes.clone()).await.expect("puts");
        assert!(again.exists(&key).await.expect("answers"));
        assert_eq!(again.get(&key).await.expect("gets"), bytes);
    }
}

async fn first_write_wins(blobs: &Blobs) {
    let key = key_of("test", b"first");
    blobs.put(&key, b"first".to_vec()).await.expect("puts");
    blobs.put(&key, b"second".to_vec()).await.expect("a repeat is a success");
    assert_eq!(blobs.get(&key).await.expect("gets"), b"first");
}

async fn missing_is_an_error(blobs: &Blobs) {
    let key = key_of("test", b"never put");
    assert!(matches!(blobs.get(&key).await, Err(Error::Missing(_))));
    assert!(matches!(blobs.get_range(&key, 0, 1).await, Err(Error::Missing(_))));
}

async fn ranges_are_exact(blobs: &Blobs) {
    let key = key_of("test", b"0123456789");
    blobs.put(&key, b"0123456789".to_vec()).await.expect("puts");
    assert_eq!(blobs.get_range(&key, 3, 4).await.expect("gets"), b"3456");
    assert_eq!(blobs.get_range(&key, 10, 0).await.expect("gets"), b"");
    assert!(matches!(blobs.get_range(&key, 8, 4).await, Err(Error::Malformed { .. })));
}

async fn documents_are_understood_once(blobs: &Blobs) {
    let key = blobs.put_json("numbers", &vec![1, 2, 3]).await.expect("puts");
    let first = blobs.document::<Vec<u32>>(&key).await.expect("is understood");
    let again = blobs.document::<Vec<u32>>(&key).await.expect("is understood");
    assert!(std::sync::Arc::ptr_eq(&first, &again) && *first == [1, 2, 3]);
    assert_eq!(*blobs.document::<Vec<i64>>(&key).await.expect("as another type"), [1, 2, 3]);
    assert!(matches!(blobs.document::<String>(&key).await, Err(Error::Malformed { .. })));
    assert!(matches!(blobs.document::<u8>(&key_of("numbers", b"no")).await, Err(Error::Missing(_))));
}

async fn concurrent_writers_agree(blobs: &Blobs) {
    let bytes = vec![7; 100_000];
    let key = key_of("test", &bytes);
    let writers = (0..16).map(|_| blobs.put(&key, bytes.clone()));
    for done in futures::future::join_all(writers).await {
        done.expect("puts");
    }
    assert_eq!(blobs.get(&key).await.expect("gets"), bytes);
}

#[tokio::test]
async fn other_urls_are_refused_by_name() {
    for url in ["", "dir:", "s3", "ftp://host/x"] {
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
