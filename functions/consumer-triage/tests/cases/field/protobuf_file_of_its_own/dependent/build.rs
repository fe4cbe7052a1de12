fn main() {
    prost_build::compile_protos(&["proto/shop/v1/order_config.proto"], &["proto"]).expect("x");
}
