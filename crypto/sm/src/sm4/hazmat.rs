//! What is dangerous alone: ECB, and CBC without padding.
//!
//! ECB encrypts equal blocks to equal blocks and shows every pattern of the plaintext. These functions are for formats
//! that demand them and for building other modes.

use super::block::Sm4;
use super::cbc;
use super::error::Error;

/// Encrypts each block for itself (ECB, GB/T 17964-2021), in place.
///
/// # Errors
/// [`Error::NotWholeBlocks`] if `data` is not a multiple of 16 bytes; it is left as it was.
pub fn ecb_encrypt(cipher: &Sm4, data: &mut [u8]) -> Result<(), Error> {
    cipher.encrypt_all(whole(data)?);
    Ok(())
}

/// Decrypts each block for itself (ECB), in place.
///
/// # Errors
/// [`Error::NotWholeBlocks`] if `data` is not a multiple of 16 bytes; it is left as it was.
pub fn ecb_decrypt(cipher: &Sm4, data: &mut [u8]) -> Result<(), Error> {
    cipher.decrypt_all(whole(data)?);
    Ok(())
}

/// Encrypts in CBC mode without padding, in place.
///
/// # Errors
/// [`Error::NotWholeBlocks`] if `data` is not a multiple of 16 bytes; it is left as it was.
pub fn cbc_encrypt_unpadded(cipher: &Sm4, iv: &[u8; 16], data: &mut [u8]) -> Result<(), Error> {
    cbc::encrypt_blocks(cipher, iv, whole(data)?);
    Ok(())
}

/// Decrypts in CBC mode without looking for padding, in place.
///
/// # Errors
/// [`Error::NotWholeBlocks`] if `data` is not a multiple of 16 bytes; it is left as it was.
pub fn cbc_decrypt_unpadded(cipher: &Sm4, iv: &[u8; 16], data: &mut [u8]) -> Result<(), Error> {
    cbc::decrypt_blocks(cipher, iv, whole(data)?);
    Ok(())
}

fn whole(data: &mut [u8]) -> Result<&mut [[u8; 16]], Error> {
    match data.as_chunks_mut() {
        (blocks, []) => Ok(blocks),
        _ => Err(Error::NotWholeBlocks),
    }
}
