//! Amazon S3, proved against LocalStack.

use std::io::ErrorKind;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;

use crate::remote::{fails, given, nobody, run};
use crate::suite::contract;

const REGION: (&str, &str) = ("AWS_REGION", "eu-central-1");
const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
/// Of a machine that is none of Amazon's.
const NO_KEYS: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");

#[test]
fn s3() {
    let server = counterparts::localstack();
    let url = server.url();
    let there = [("AWS_ENDPOINT_URL", url.as_str()), REGION, KEYS[0], KEYS[1]];
    run("s3::keeps_the_contract", &there);
    run("s3::another_bucket_is_named", &there);
    run("s3::without_credentials", &[("AWS_ENDPOINT_URL", &url), REGION, NO_KEYS]);
    let nobody = format!("http://{}", nobody());
    run("s3::a_server_that_is_gone", &[("AWS_ENDPOINT_URL", &nobody), REGION, KEYS[0], KEYS[1]]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by s3"]
async fn keeps_the_contract() {
    let settings = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let client = Client::from_conf(aws_sdk_s3::config::Builder::from(&settings).force_path_style(true).build());
    assert!(given("AWS_ENDPOINT_URL").starts_with("http://127.0.0.1:"));
    for (url, bucket, prefix) in [("s3:one-bucket", "one-bucket", ""), ("s3:other/pre/fix/", "other", "pre/fix/")] {
        let place = aws_sdk_s3::types::CreateBucketConfiguration::builder().location_constraint("eu-central-1".into());
        client
            .create_bucket()
            .bucket(bucket)
            .create_bucket_configuration(place.build())
            .send()
            .await
            .expect("a bucket");
        let alter = |key: contracts::BlobKey, bytes: Vec<u8>| {
            let put = client.put_object().bucket(bucket).key(format!("{prefix}{key}")).body(ByteStream::from(bytes));
            async move { drop(put.send().await.expect("puts")) }
        };
        contract(url, 512, alter).await;
    }
}

#[tokio::test]
#[ignore = "run by s3"]
async fn another_bucket_is_named() {
    fails("s3:nobodys-bucket", ErrorKind::NotFound, &["nobodys-bucket", "NoSuchBucket", "terraform apply"]).await;
}

#[tokio::test]
#[ignore = "run by s3"]
async fn without_credentials() {
    fails("s3:one-bucket", ErrorKind::PermissionDenied, &["no credentials", "one-bucket", "give the function a role"])
        .await;
}

#[tokio::test]
#[ignore = "run by s3"]
async fn a_server_that_is_gone() {
    fails("s3:one-bucket", ErrorKind::NotConnected, &["one-bucket", "cannot be reached"]).await;
}
