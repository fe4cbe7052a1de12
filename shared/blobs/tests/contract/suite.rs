//! What every adapter owes.

use std::future::Future;

use blobs::{Blobs, Error, key_of};
use contracts::BlobKey;

/// Asks it all of `url`, which takes keys of `longest` characters. `alter` overwrites an object's bytes behind the door's back.
pub async fn contract<F: Future<Output = ()>>(url: &str, longest: usize, alter: impl Fn(BlobKey, Vec<u8>) -> F) {
    let blobs = Blobs::open(url).await.expect("opens");
    let again = Blobs::open(url).await.expect("opens twice");
    keeps_what_was_put(&blobs, &again).await;
    first_write_wins(&blobs).await;
    missing_is_an_error(&blobs).await;
    ranges_are_exact(&blobs).await;
    concurrent_writers_agree(&blobs).await;
    documents_are_understood_once(&blobs).await;
    every_key_has_its_place(&blobs, longest).await;
    large_objects_come_back(&blobs).await;
    too_large_is_refused(&blobs).await;
    altered_bytes_are_found(&blobs, alter).await;
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
    // Not a digest, so that the bytes of either would do.
    let key = "test/first".parse().expect("a key");
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
    for (offset, length) in
        [(8, 4), (9, 2), (10, 1), (11, 5), (1 << 40, 1), (0, u32::MAX), (u64::MAX / 2, 1), (u64::MAX, u32::MAX)]
    {
        let beyond = blobs.get_range(&key, offset, length).await;
        assert!(matches!(beyond, Err(Error::Malformed { .. })), "{length} from {offset}: {beyond:?}");
    }
    let empty = key_of("test", b"nothing follows");
    assert!(matches!(blobs.get_range(&empty, 0, 0).await, Err(Error::Missing(_))));
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
    let writers = (0..50).map(|_| blobs.put(&key, bytes.clone()));
    for done in futures::future::join_all(writers).await {
        done.expect("puts");
    }
    assert_eq!(blobs.get(&key).await.expect("gets"), bytes);
}

/// Every character that a key may have, and as many of them as fit.
async fn every_key_has_its_place(blobs: &Blobs, longest: usize) {
    let long = format!("test/{}", "k".repeat(longest - 5));
    let keys =
        ["a", "0/1", "abcdefghijklmnopqrstuvwxyz/0123456789", "a-b/c_d/e.f", "a../b..c", "-/_", "test/a.json", &long];
    for key in keys {
        let (key, bytes): (BlobKey, _) = (key.parse().expect("a key"), key.as_bytes().to_vec());
        blobs.put(&key, bytes.clone()).await.expect("puts");
        assert_eq!(blobs.get(&key).await.expect("gets"), bytes);
    }
}

/// Bytes of every value, in an order that a text would not survive.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..length).map(next).collect()
}

async fn large_objects_come_back(blobs: &Blobs) {
    let bytes = noise(20_000_000);
    let key = key_of("pack", &bytes);
    blobs.put(&key, bytes.clone()).await.expect("puts");
    blobs.put(&key, bytes.clone()).await.expect("puts again");
    assert!(blobs.get(&key).await.expect("gets") == bytes);
    assert!(blobs.get_range(&key, 9_999_999, 8_000_000).await.expect("gets a part") == bytes[9_999_999..17_999_999]);
}

async fn too_large_is_refused(blobs: &Blobs) {
    let key: BlobKey = "test/too-large".parse().expect("a key");
    let refused = blobs.put(&key, vec![0; blobs::MOST_BYTES + 1]).await;
    assert!(matches!(refused, Err(Error::TooLarge { .. })), "{refused:?}");
    assert!(!blobs.exists(&key).await.expect("answers"));
}

async fn altered_bytes_are_found<F: Future<Output = ()>>(blobs: &Blobs, alter: impl Fn(BlobKey, Vec<u8>) -> F) {
    for (kind, altered) in [("numbers", b"[1,2,4]".to_vec()), ("pack", b"[1,2".to_vec()), ("test", Vec::new())] {
        let key = key_of(kind, b"[1,2,3]");
        blobs.put(&key, b"[1,2,3]".to_vec()).await.expect("puts");
        assert_eq!(blobs.get(&key).await.expect("gets"), b"[1,2,3]");
        alter(key.clone(), altered).await;
        let found = blobs.get(&key).await;
        assert!(matches!(&found, Err(Error::Malformed { why, .. }) if why.contains("altered")), "{kind}: {found:?}");
    }
    let key = key_of("numbers", b"[1,2,3]");
    assert!(matches!(blobs.get_json::<Vec<u32>>(&key).await, Err(Error::Malformed { .. })));
}
