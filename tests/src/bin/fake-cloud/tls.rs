//! The certificate that every server here shows, and the authority that issued it.

use std::{io, path::PathBuf};

use shorepass_tests::authority::{Authority, ServerCertificate};

use crate::Arguments;

pub(crate) struct Tls {
    pub(crate) authority: Authority,
    pub(crate) certificate: ServerCertificate,
    pub(crate) certificate_file: PathBuf,
    pub(crate) key_file: PathBuf,
}

impl Tls {
    pub(crate) fn prepare(arguments: &Arguments) -> io::Result<Option<Self>> {
        let Some(folder) = &arguments.tls_dir else { return Ok(None) };
        let authority = Authority::new(folder)?;
        let names: Vec<&str> = arguments.tls_names.iter().map(String::as_str).collect();
        let certificate = authority.issue(&names)?;
        let (certificate_file, key_file) = certificate.write(folder, "server")?;
        Ok(Some(Self { authority, certificate, certificate_file, key_file }))
    }
}
