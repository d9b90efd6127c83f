//! The block ciphers of PKCS#12 files, all of them chained (CBC) and padded as in PKCS#7.
//!
//! AES is aws-lc-rs's. It opens neither 3DES nor RC2 for others, so those two have crates of their own.

use aws_lc_rs::{
    cipher::{AES_128, AES_192, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    iv::FixedLength,
};
use cbc::cipher::{
    BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, Iv, IvSizeUser, KeyInit, block_padding::Pkcs7,
};
use des::TdesEde3;
use rc2::Rc2;
use zeroize::Zeroizing;

#[derive(Clone, Copy)]
pub(super) enum Cipher {
    Aes { key_len: usize },
    TripleDes,
    Rc2 { key_len: usize },
}

impl Cipher {
    /// In bytes.
    pub(super) fn key_len(self) -> usize {
        match self {
            Self::Aes { key_len } | Self::Rc2 { key_len } => key_len,
            Self::TripleDes => 24,
        }
    }

    /// Nothing when a length or the padding is wrong.
    pub(super) fn decrypt(self, key: &[u8], iv: &[u8], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(encrypted.to_vec());
        let len = match self {
            Self::Aes { .. } => aes(key, iv, &mut bytes)?,
            Self::TripleDes => chained(TdesEde3::new_from_slice(key).ok()?, iv, &mut bytes)?,
            Self::Rc2 { key_len } => chained(Rc2::new_with_eff_key_len(key, 8 * key_len), iv, &mut bytes)?,
        };
        bytes.truncate(len);
        Some(bytes)
    }
}

fn aes(key: &[u8], iv: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let algorithm = match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        _ => &AES_256,
    };
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
    let context = DecryptionContext::Iv128(FixedLength::try_from(iv).ok()?);
    key.decrypt(bytes, context).ok().map(|plain| plain.len())
}

fn chained<C>(cipher: C, iv: &[u8], bytes: &mut [u8]) -> Option<usize>
where
    C: BlockCipherDecrypt,
    cbc::Decryptor<C>: InnerIvInit<Inner = C> + IvSizeUser + BlockModeDecrypt,
{
    let iv = <&Iv<cbc::Decryptor<C>>>::try_from(iv).ok()?;
    let plain = cbc::Decryptor::inner_iv_init(cipher, iv).decrypt_padded::<Pkcs7>(bytes).ok()?;
    Some(plain.len())
}
