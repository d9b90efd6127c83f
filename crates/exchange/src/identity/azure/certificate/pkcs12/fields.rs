//! The fields of one DER structure, one after the other.
//!
//! Borrowed and never deeper than asked for, so no file can make it recurse or copy. Every fault is the
//! same one: whoever holds a damaged file needs another, and not its offset.

use der::{
    Reader, SliceReader, Tag, TagNumber, Tagged,
    asn1::{AnyRef, ObjectIdentifier},
};

use super::DAMAGED;

/// A structure, read up to somewhere.
pub(super) struct Fields<'a>(SliceReader<'a>);

impl<'a> Fields<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, &'static str> {
        SliceReader::new(bytes).map(Self).map_err(|_| DAMAGED)
    }

    pub(super) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// The fields of a SEQUENCE.
    pub(super) fn sequence(&mut self) -> Result<Self, &'static str> {
        self.value(Tag::Sequence).and_then(Self::of)
    }

    /// Those of a SEQUENCE that may be left out, at the end.
    pub(super) fn sequence_if_any(&mut self) -> Result<Option<Self>, &'static str> {
        if self.is_finished() { Ok(None) } else { self.sequence().map(Some) }
    }

    /// What stands in an explicit `[0]`.
    pub(super) fn explicit(&mut self) -> Result<Self, &'static str> {
        self.value(Tag::ContextSpecific { constructed: true, number: TagNumber(0) }).and_then(Self::of)
    }

    pub(super) fn octets(&mut self) -> Result<&'a [u8], &'static str> {
        self.value(Tag::OctetString)
    }

    /// An OCTET STRING that hides behind an implicit `[0]`.
    pub(super) fn implicit_octets(&mut self) -> Result<&'a [u8], &'static str> {
        self.value(Tag::ContextSpecific { constructed: false, number: TagNumber(0) })
    }

    pub(super) fn oid(&mut self) -> Result<ObjectIdentifier, &'static str> {
        self.0.decode().map_err(|_| DAMAGED)
    }

    pub(super) fn number(&mut self) -> Result<u32, &'static str> {
        self.0.decode().map_err(|_| DAMAGED)
    }

    /// A number that may be left out.
    pub(super) fn number_if_any(&mut self) -> Result<Option<u32>, &'static str> {
        if self.0.peek_byte() == Some(NUMBER) { self.number().map(Some) } else { Ok(None) }
    }

    /// Whatever comes next, its head included.
    pub(super) fn element(&mut self) -> Result<&'a [u8], &'static str> {
        self.0.tlv_bytes().map_err(|_| DAMAGED)
    }

    fn value(&mut self, tag: Tag) -> Result<&'a [u8], &'static str> {
        let any: AnyRef<'a> = self.0.decode().map_err(|_| DAMAGED)?;
        if any.tag() == tag { Ok(any.value()) } else { Err(DAMAGED) }
    }
}

const NUMBER: u8 = 0x02;
