//! `JWTSVIDRequest` and `JWTSVIDResponse` in protobuf, as far as this call goes: short texts only.

use super::Asked;

/// `None` when it is no request of this message's form.
pub(super) fn read(frame: &[u8]) -> Option<Asked> {
    let (prefix, mut rest) = frame.split_first_chunk::<5>()?;
    let [0, a, b, c, d] = *prefix else { return None };
    if u32::from_be_bytes([a, b, c, d]) as usize != rest.len() {
        return None;
    }
    let mut asked = Asked::default();
    while let [key, after @ ..] = rest {
        let (length, after) = length(after)?;
        let (text, after) = after.split_at_checked(length)?;
        let text = String::from_utf8(text.to_vec()).ok()?;
        match key {
            0x0a => asked.audience.push(text),
            0x12 => asked.spiffe_id = text,
            _ => return None,
        }
        rest = after;
    }
    Some(asked)
}

/// A frame with documents: id, token and a hint that nobody needs; and so many bytes of a field to come.
pub(super) fn reply(svids: &[(String, String)], padding: usize) -> Vec<u8> {
    let mut message = Vec::new();
    for (id, token) in svids {
        let svid = [field(1, id.as_bytes()), field(2, token.as_bytes()), field(3, b"internal")].concat();
        message.extend(field(1, &svid));
    }
    if padding > 0 {
        message.extend(field(15, &vec![0; padding]));
    }
    frame(&message)
}

pub(super) fn frame(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&[0][..], &length.to_be_bytes(), message].concat()
}

pub(super) fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let (mut encoded, mut length) = (vec![number << 3 | 2], bytes.len());
    loop {
        let low = u8::try_from(length & 0x7f).unwrap_or_default();
        length >>= 7;
        encoded.push(if length == 0 { low } else { low | 0x80 });
        if length == 0 {
            break;
        }
    }
    [encoded, bytes.to_vec()].concat()
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().take(3).position(|byte| byte & 0x80 == 0)?;
    let (digits, rest) = bytes.split_at(end + 1);
    let length = digits.iter().rev().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
    Some((length, rest))
}
