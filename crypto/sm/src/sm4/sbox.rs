//! The S-box τ of GB/T 32907 §6.2 as a Boolean circuit: no table, so no address depends on data.
//!
//! The S-box is S(x) = A·(A·x ⊕ C)⁻¹ ⊕ C over GF(2⁸) modulo x⁸+x⁷+x⁶+x⁵+x⁴+x²+1, with the circulant matrix A of first row
//! 0xa7 and C = 0xd3. The inversion is the middle part of the circuit of J. Boyar and R. Peralta, "A depth-16 circuit for
//! the AES S-box" (IACR ePrint 2011/332), over the field of AES; the linear layers before and after it are the matrices of
//! SM4 composed with an isomorphism between the two fields. Of the 2,040 such pairs of maps (8 isomorphisms, 255 factors)
//! this is the one with the fewest gates that a greedy elimination of common subexpressions found: 121 gates and 5 negations.

/// The S-box on 64 bytes at once: plane i has bit i of every byte, as do the planes that are returned.
#[inline(always)]
pub(super) fn sbox([u0, u1, u2, u3, u4, u5, u6, u7]: [u64; 8]) -> [u64; 8] {
    // x ↦ λ·φ(A·x ⊕ C), spread to the 22 signals of the inversion.
    let a1 = u3 ^ u5;
    let a2 = u4 ^ u7;
    let a3 = u0 ^ a2;
    let y13 = u0 ^ a1;
    let a5 = u1 ^ u5;
    let y12 = u2 ^ u6;
    let a7 = u2 ^ u4;
    let a8 = u7 ^ a1;
    let a9 = u2 ^ a3;
    let y3 = u1 ^ y12;
    let y5 = u3 ^ a3;
    let y10 = a5 ^ a9;
    let y2 = u5 ^ a2;
    let a14 = u3 ^ a7;
    let x7 = y13 ^ a7;
    let y9 = a2 ^ a5;
    let y19 = u6 ^ a1;
    let y18 = u1 ^ a3;
    let y7 = u0 ^ a5;
    let y20 = u2 ^ a8;
    let y8 = y3 ^ y5;
    let y17 = u7 ^ y13;
    let y14 = y13 ^ y12;
    let y11 = u1 ^ a14;
    let y1 = !a5;
    let y4 = u1;
    let y6 = !a9;
    let y15 = !a8;
    let y16 = !u0;
    let y21 = !a1;

    // The inversion in GF(2⁸) of AES, up to the linear layer that ends it.
    let t2 = y12 & y15;
    let t3 = y3 & y6;
    let t4 = t3 ^ t2;
    let t5 = y4 & x7;
    let t6 = t5 ^ t2;
    let t7 = y13 & y16;
    let t8 = y5 & y1;
    let t9 = t8 ^ t7;
    let t10 = y2 & y7;
    let t11 = t10 ^ t7;
    let t12 = y9 & y11;
    let t13 = y14 & y17;
    let t14 = t13 ^ t12;
    let t15 = y8 & y10;
    let t16 = t15 ^ t12;
    let t17 = t4 ^ t14;
    let t18 = t6 ^ t16;
    let t19 = t9 ^ t14;
    let t20 = t11 ^ t16;
    let t21 = t17 ^ y20;
    let t22 = t18 ^ y19;
    let t23 = t19 ^ y21;
    let t24 = t20 ^ y18;
    let t25 = t21 ^ t22;
    let t26 = t21 & t23;
    let t27 = t24 ^ t26;
    let t28 = t25 & t27;
    let t29 = t28 ^ t22;
    let t30 = t23 ^ t24;
    let t31 = t22 ^ t26;
    let t32 = t31 & t30;
    let t33 = t32 ^ t24;
    let t34 = t23 ^ t33;
    let t35 = t27 ^ t33;
    let t36 = t24 & t35;
    let t37 = t36 ^ t34;
    let t38 = t27 ^ t36;
    let t39 = t29 & t38;
    let t40 = t25 ^ t39;
    let t41 = t40 ^ t37;
    let t42 = t29 ^ t33;
    let t43 = t29 ^ t40;
    let t44 = t33 ^ t37;
    let t45 = t42 ^ t41;
    let z0 = t44 & y15;
    let z1 = t37 & y6;
    let z2 = t33 & x7;
    let z3 = t43 & y16;
    let z4 = t40 & y1;
    let z5 = t29 & y7;
    let z6 = t42 & y11;
    let z7 = t45 & y17;
    let z8 = t41 & y10;
    let z9 = t44 & y12;
    let z10 = t37 & y3;
    let z11 = t33 & y4;
    let z12 = t43 & y13;
    let z13 = t40 & y5;
    let z14 = t29 & y2;
    let z15 = t42 & y9;
    let z16 = t45 & y14;
    let z17 = t41 & y8;

    // The end of the inversion, φ⁻¹, A and C.
    let b1 = z14 ^ z17;
    let b2 = z9 ^ z12;
    let b3 = z1 ^ b1;
    let b4 = z10 ^ b2;
    let b5 = z3 ^ z4;
    let b6 = z0 ^ b5;
    let b7 = z2 ^ z8;
    let b8 = z13 ^ b4;
    let b9 = z16 ^ b3;
    let b10 = b4 ^ b9;
    let b11 = z12 ^ b3;
    let b12 = z15 ^ b11;
    let b13 = z7 ^ b7;
    let b14 = z13 ^ z16;
    let b15 = z3 ^ z8;
    let b16 = b2 ^ b14;
    let b17 = z11 ^ b16;
    let b18 = z6 ^ z7;
    let b19 = b8 ^ b13;
    let b20 = b6 ^ b12;
    let b21 = z17 ^ b17;
    let b22 = z5 ^ z6;
    let b23 = b6 ^ b19;
    let b24 = z0 ^ b10;
    let b25 = b12 ^ b13;
    let b26 = b8 ^ b15;
    let b27 = b6 ^ b10;
    let b28 = b22 ^ b26;
    let b29 = b18 ^ b24;
    let b30 = b1 ^ b14;
    [!b25, !b27, b23, b30, !b20, b28, !b29, !b21]
}

/// τ on two words at once.
pub(super) fn tau2(words: u64) -> u64 {
    /// The lowest bit of each byte.
    const LOW: u64 = 0x0101_0101_0101_0101;
    let planes = [0, 1, 2, 3, 4, 5, 6, 7].map(|i| (words >> i) & LOW);
    let mut out = 0;
    for (i, plane) in sbox(planes).into_iter().enumerate() {
        // The circuit's negations set the bits between, too.
        out |= (plane & LOW) << i;
    }
    out
}

/// τ on one word.
#[allow(clippy::cast_possible_truncation)] // the upper half is the other word's
pub(super) fn tau(word: u32) -> u32 {
    tau2(u64::from(word)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of §6.2, here only to compare with.
    const TABLE: &str = "\
        d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62\
        e4b31ca9c908e89580df94fa758f3fa64707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35\
        1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89eeabf8ad240c738b5a3f7f2cef96115a1\
        e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51\
        8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec684\
        18f07dec3adc4d2079ee5f3ed7cb3948";

    #[test]
    fn circuit_is_the_table() {
        let table = hex::decode(TABLE).unwrap();
        for x in 0..=255_u8 {
            let y = table[usize::from(x)];
            assert_eq!(tau(u32::from_be_bytes([x, 0, x, 255])), u32::from_be_bytes([y, 0xd6, y, 0x48]));
        }
    }
}
