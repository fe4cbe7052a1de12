//! The authorities that Mozilla trusts, as `webpki-root-certs` has them: `Cargo.lock` says which list, and no machine's own list
//! gets into a package.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// All of them in the form that OpenSSL and its likes read from a file.
pub fn pem() -> String {
    let mut text = String::new();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let encoded = STANDARD.encode(certificate);
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            // Base64 has one byte a character.
            let (line, more) = rest.split_at(rest.len().min(64));
            text.push_str(line);
            text.push('\n');
            rest = more;
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comes_back() {
        let pem = pem();
        let blocks: Vec<&str> = pem.split("-----BEGIN CERTIFICATE-----\n").skip(1).collect();
        assert!(blocks.len() > 100);
        for (block, certificate) in blocks.iter().zip(webpki_root_certs::TLS_SERVER_ROOT_CERTS) {
            let body: String = block.lines().take_while(|line| !line.starts_with('-')).collect();
            assert!(block.lines().all(|line| line.len() <= 64));
            assert_eq!(STANDARD.decode(body).expect("base64"), certificate.as_ref());
        }
    }
}
