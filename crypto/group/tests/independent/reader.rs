//! Fields of an encoding, one after the other.

use bls12_381::{G1Projective, G2Projective, Scalar};

use super::{Checked, curve, ensure};

pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Checked<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("too short")?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Checked<u8> {
        Ok(self.bytes(1)?[0])
    }

    pub(super) fn u16(&mut self) -> Checked<u16> {
        Ok(u16::from_le_bytes(self.bytes(2)?.try_into().expect("2 bytes")))
    }

    pub(super) fn u32(&mut self) -> Checked<u32> {
        Ok(u32::from_le_bytes(self.bytes(4)?.try_into().expect("4 bytes")))
    }

    pub(super) fn u64(&mut self) -> Checked<u64> {
        Ok(u64::from_le_bytes(self.bytes(8)?.try_into().expect("8 bytes")))
    }

    pub(super) fn g1(&mut self) -> Checked<G1Projective> {
        curve::g1(self.bytes(48)?)
    }

    pub(super) fn g2(&mut self) -> Checked<G2Projective> {
        curve::g2(self.bytes(96)?)
    }

    pub(super) fn scalar(&mut self) -> Checked<Scalar> {
        curve::scalar(self.bytes(32)?)
    }

    pub(super) fn end(self) -> Checked<()> {
        ensure(self.0.is_empty(), "trailing bytes")
    }
}
