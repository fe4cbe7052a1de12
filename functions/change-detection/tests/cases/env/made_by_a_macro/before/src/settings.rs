macro_rules! settings {
    ($($name:ident : $ty:ty;)+) => {
        $(store.$name = std::env::var(paste!(stringify!([<$name:upper>]))).ok();)+
    };
}

settings! {
    mail_host: String;
    push_port: u16;
}
