fn main() {
    tonic_build::configure()
        .compile(
            &[
                "vendor/shop/proto/shop/v1/order_config.proto",
                "vendor/shop/proto/shop/v1/line.proto",
            ],
            &["vendor/shop/proto"],
        )
        .expect("compiles");
}
