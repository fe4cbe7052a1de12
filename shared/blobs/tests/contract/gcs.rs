//! Google Cloud Storage, proved against an emulator of its JSON interface.

use std::io::ErrorKind;

use bytes::Bytes;
use google_cloud_auth::credentials::anonymous;
use google_cloud_storage::client::Storage;

use crate::remote::{fails, given, nobody, run};
use crate::suite::contract;

#[test]
fn gcs() {
    let server = counterparts::gcs("one-bucket");
    let address = server.address().to_string();
    run("gcs::keeps_the_contract", &[("STORAGE_EMULATOR_HOST", &address)]);
    run("gcs::another_bucket_is_named", &[("STORAGE_EMULATOR_HOST", &server.url())]);
    run("gcs::a_server_that_is_gone", &[("STORAGE_EMULATOR_HOST", &nobody().to_string())]);
    let metadata = nobody().to_string();
    run("gcs::without_credentials", &[("GCE_METADATA_HOST", &metadata), ("HOME", "/nonexistent")]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by gcs"]
async fn keeps_the_contract() {
    let server = format!("http://{}", given("STORAGE_EMULATOR_HOST"));
    let builder = Storage::builder().with_endpoint(server).with_credentials(anonymous::Builder::new().build());
    let client = builder.build().await.expect("a client");
    for (url, prefix) in [("gs:one-bucket", ""), ("gs:one-bucket/pre/fix", "pre/fix/")] {
        let alter = |key: contracts::BlobKey, bytes: Vec<u8>| {
            let name = format!("{prefix}{key}");
            let put = client.write_object("projects/_/buckets/one-bucket", name, Bytes::from(bytes));
            async move { drop(put.send_buffered().await.expect("puts")) }
        };
        contract(url, 512, alter).await;
    }
}

#[tokio::test]
#[ignore = "run by gcs"]
async fn another_bucket_is_named() {
    fails("gs:nobodys-bucket", ErrorKind::NotFound, &["nobodys-bucket", "does not exist", "terraform apply"]).await;
}

#[tokio::test]
#[ignore = "run by gcs"]
async fn a_server_that_is_gone() {
    fails("gs:one-bucket", ErrorKind::NotConnected, &["one-bucket", "cannot be reached"]).await;
}

#[tokio::test]
#[ignore = "run by gcs"]
async fn without_credentials() {
    fails("gs:one-bucket", ErrorKind::PermissionDenied, &["no credentials", "one-bucket", "gcloud auth"]).await;
}
