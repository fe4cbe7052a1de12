//! Keys that sign whatever they are given.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use aws_lc_rs::{hmac, rsa};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A key pair with a name.
pub struct Signer {
    kid: String,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

/// How to sign, whatever the header says.
#[derive(Debug, Clone)]
pub enum How {
    /// RSASSA-PKCS1-v1_5, SHA-256.
    Rs256,
    /// RSASSA-PSS, SHA-256.
    Ps256,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// HMAC with SHA-256 and these bytes as the secret.
    Hs256(Vec<u8>),
    /// With these bytes.
    As(Vec<u8>),
}

impl Signer {
    /// A new RSA key of 2,048 bits.
    ///
    /// # Panics
    /// Where the machine has no randomness; so do all others here.
    pub fn rsa(kid: &str) -> Self {
        let pair = rsa::KeyPair::generate(KeySize::Rsa2048).unwrap_or_else(|e| panic!("no RSA key: {e}"));
        Self { kid: kid.to_owned(), pair: Pair::Rsa(Box::new(pair)) }
    }

    /// A new P-256 key.
    pub fn ec(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self { kid: kid.to_owned(), pair: Pair::Ec(Box::new(pair.unwrap_or_else(|e| panic!("no P-256 key: {e}")))) }
    }

    /// The public key as it stands in a key set.
    pub fn jwk(&self) -> Value {
        let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                let n = base64(public.modulus().big_endian_without_leading_zero());
                let e = base64(public.exponent().big_endian_without_leading_zero());
                json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e})
            }
            Pair::Ec(pair) => {
                // 4, then both coordinates.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                let (x, y) = (base64(x), base64(y));
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": x, "y": y})
            }
        }
    }

    /// The public key as bytes: what somebody would take for a shared secret who confuses the two.
    pub fn public_bytes(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ec(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    fn sign(&self, signed: &[u8], how: &How) -> Vec<u8> {
        let random = SystemRandom::new();
        match (how, &self.pair) {
            (How::As(bytes), _) => bytes.clone(),
            (How::Hs256(secret), _) => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed).as_ref().to_vec(),
            (How::Es256, Pair::Ec(pair)) => {
                let signature = pair.sign(&random, signed).unwrap_or_else(|e| panic!("cannot sign: {e}"));
                signature.as_ref().to_vec()
            }
            (How::Rs256 | How::Ps256, Pair::Rsa(pair)) => {
                let padding = if matches!(how, How::Rs256) { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 };
                let mut signature = vec![0; pair.public_modulus_len()];
                let done = pair.sign(padding, &random, signed, &mut signature);
                done.unwrap_or_else(|e| panic!("cannot sign: {e}"));
                signature
            }
            (how, _) => panic!("this key cannot sign by {how:?}"),
        }
    }
}

/// A token of these two texts, whatever they are.
pub fn jws(header: &str, claims: &str, signer: &Signer, how: How) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(signer.sign(signed.as_bytes(), &how));
    format!("{signed}.{signature}")
}
