//! The two messages of `FetchJWTSVID` (`workload.proto` of SPIFFE) in protobuf's encoding.
//!
//! Fields that are not known are passed over, as protobuf wants it; what is cut off or of another type is
//! no message at all.

/// One of the workload's documents.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Svid {
    pub(super) spiffe_id: String,
    pub(super) token: String,
}

/// `JWTSVIDRequest`
pub(super) fn request(audience: &str, spiffe_id: Option<&str>) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, 1, audience);
    if let Some(id) = spiffe_id {
        put(&mut bytes, 2, id);
    }
    bytes
}

/// `JWTSVIDResponse`; `None` when it is none.
pub(super) fn svids(bytes: &[u8]) -> Option<Vec<Svid>> {
    let mut found = Vec::new();
    for field in Fields(bytes) {
        let (number, value) = field?;
        if number == 1 {
            found.push(svid(value?)?);
        }
    }
    Some(found)
}

fn svid(bytes: &[u8]) -> Option<Svid> {
    let mut svid = Svid::default();
    for field in Fields(bytes) {
        let (number, value) = field?;
        let text = || String::from_utf8(value?.to_vec()).ok();
        match number {
            1 => svid.spiffe_id = text()?,
            2 => svid.token = text()?,
            _ => {}
        }
    }
    Some(svid)
}

fn put(bytes: &mut Vec<u8>, number: u8, text: &str) {
    bytes.push(number << 3 | LENGTH_DELIMITED);
    let mut length = text.len();
    while length >= 0x80 {
        bytes.push(u8::try_from(length & 0x7f).unwrap_or_default() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap_or_default());
    bytes.extend_from_slice(text.as_bytes());
}

/// Number by number: bytes for what has a length, nothing for the other types; `None` ends what is broken.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Option<&'a [u8]>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Option<&'a [u8]>)> {
        let key = self.number()?;
        let value = match u8::try_from(key & 7).ok()? {
            VARINT => self.number().map(|_| None)?,
            FIXED_64 => self.take(8).map(|_| None)?,
            LENGTH_DELIMITED => {
                let length = usize::try_from(self.number()?).ok()?;
                Some(self.take(length)?)
            }
            FIXED_32 => self.take(4).map(|_| None)?,
            _ => return None,
        };
        Some((key >> 3, value))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for at in 0..10 {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 0x7f).checked_shl(at * 7)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

const VARINT: u8 = 0;
const FIXED_64: u8 = 1;
const LENGTH_DELIMITED: u8 = 2;
const FIXED_32: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_its_audience_and_the_id_if_one_is_asked_for() {
        assert_eq!(request("ab", None), b"\x0a\x02ab");
        assert_eq!(request("ab", Some("s")), b"\x0a\x02ab\x12\x01s");
        let long = request(&"x".repeat(300), None);
        assert_eq!((&long[..3], long.len()), (&b"\x0a\xac\x02"[..], 303));
    }

    #[test]
    fn an_answer_is_read_past_what_is_not_known() {
        let one = b"\x0a\x01a\x12\x03t.k\x1a\x04hint\x20\x96\x01\x29\0\0\0\0\0\0\0\0\x35\0\0\0\0";
        let mut bytes = vec![0x0a, u8::try_from(one.len()).unwrap()];
        bytes.extend_from_slice(one);
        bytes.extend_from_slice(b"\x0a\x03\x12\x01u\x12\x01z");

        let found = svids(&bytes).unwrap();

        let shown: Vec<_> = found.iter().map(|svid| (svid.spiffe_id.as_str(), svid.token.as_str())).collect();
        assert_eq!(shown, [("a", "t.k"), ("", "u")]);
        assert_eq!(svids(b"").map(|none| none.len()), Some(0));
    }

    #[test]
    fn what_is_cut_off_or_of_another_type_is_no_message() {
        for bytes in [
            &b"\x0a"[..],
            b"\x0a\x05ab",
            b"\x08\x01",
            b"\x0a\x02\x0a\x07",
            b"\x0a\x03\x0a\x01\xff",
            b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x0b",
        ] {
            assert!(svids(bytes).is_none(), "{bytes:?}");
        }
    }
}
